// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the shell's.

import type { ManualCommand } from "./command.ts";

const absent = { saying: "NotFound", because: "issue 13 makes the API servers of OpenShift" };
const namespaces = "-n ${hosted_cluster_namespace}";

/**
 * Chapter 8.3, a snapshot that another cluster begins with. Of the upload only the host is another one: AWS is not
 * there. What comes after it, the presigned address and the HostedCluster with it, is no command.
 */
export const takeSnapshot: ManualCommand[] = [
  {
    line: 755,
    run: `oc patch -n \${home} hostedclusters/\${CLUSTER_NAME} -p '{"spec":{"pausedUntil":"true"}}' --type=merge`,
    until: `oc wait ${namespaces} --for=condition=ReconciliationActive=false hcp/\${CLUSTER_NAME} --timeout=1s`,
  },
  {
    line: 757,
    run: `oc scale deployment ${namespaces} --replicas=0 kube-apiserver openshift-apiserver openshift-oauth-apiserver`,
    fails: absent,
  },
  {
    line: 760,
    run: `oc exec -it \${etcd_pod_name} ${namespaces} -- env ETCDCTL_API=3 /usr/bin/etcdctl --cacert /etc/etcd/tls/etcd-ca/ca.crt --cert /etc/etcd/tls/client/etcd-client.crt --key /etc/etcd/tls/client/etcd-client.key --endpoints=localhost:2379 snapshot save /var/lib/data/snapshot.db`,
  },
  {
    line: 763,
    run: `oc exec -it \${etcd_pod_name} ${namespaces} -- env ETCDCTL_API=3 /usr/bin/etcdctl -w table snapshot status /var/lib/data/snapshot.db`,
  },
  {
    line: 768,
    run: `BUCKET_NAME=somebucket
FILEPATH="/\${BUCKET_NAME}/\${CLUSTER_NAME}-snapshot.db"
CONTENT_TYPE="application/x-compressed-tar"
DATE_VALUE=\`date -R\`
SIGNATURE_STRING="PUT\\n\\n\${CONTENT_TYPE}\\n\${DATE_VALUE}\\n\${FILEPATH}"
ACCESS_KEY=accesskey
SECRET_KEY=secret
SIGNATURE_HASH=\`echo -en \${SIGNATURE_STRING} | openssl sha1 -hmac \${SECRET_KEY} -binary | base64\`
oc exec -it etcd-0 ${namespaces} -- curl -X PUT -T "/var/lib/data/snapshot.db" \\
  -H "Host: \${BUCKET_NAME}.s3.amazonaws.com" \\
  -H "Date: \${DATE_VALUE}" \\
  -H "Content-Type: \${CONTENT_TYPE}" \\
  -H "Authorization: AWS \${ACCESS_KEY}:\${SIGNATURE_HASH}" \\
  \${store}/\${CLUSTER_NAME}-snapshot.db`,
  },
  { line: 771, run: "oc get -n ${home} hostedcluster ${CLUSTER_NAME} -o=jsonpath='{.spec.secretEncryption.aescbc}'" },
  { line: 773, run: "oc get -n ${home} secret ${CLUSTER_NAME}-etcd-encryption-key -o=jsonpath='{.data.key}'" },
];
