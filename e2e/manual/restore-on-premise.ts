// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the shell's.

import type { ManualCommand } from "./command.ts";

const absent = { saying: "NotFound", because: "issue 13 makes the API servers of OpenShift" };
const member = (name: string) => `https://${name}.etcd-discovery.\${CONTROL_PLANE_NAMESPACE}.svc:2380`;

/** Chapter 8.2, backing up and restoring etcd on a hosted cluster in an on-premise environment. */
export const restoreOnPremise: ManualCommand[] = [
  { line: 680, run: 'CONTROL_PLANE_NAMESPACE="${HOSTED_CLUSTER_NAMESPACE}-${CLUSTER_NAME}"' },
  {
    line: 682,
    run: `oc patch -n \${HOSTED_CLUSTER_NAMESPACE} hostedclusters/\${CLUSTER_NAME} -p '{"spec":{"pausedUntil":"true"}}' --type=merge`,
    // The manual goes on at once, and may find its next commands undone.
    until:
      "oc wait -n ${CONTROL_PLANE_NAMESPACE} --for=condition=ReconciliationActive=false hcp/${CLUSTER_NAME} --timeout=1s",
  },
  { line: 686, run: "oc scale -n ${CONTROL_PLANE_NAMESPACE} deployment/kube-apiserver --replicas=0" },
  {
    line: 689,
    run: "oc scale -n ${CONTROL_PLANE_NAMESPACE} deployment/openshift-apiserver --replicas=0",
    fails: absent,
  },
  {
    line: 692,
    run: "oc scale -n ${CONTROL_PLANE_NAMESPACE} deployment/openshift-oauth-apiserver --replicas=0",
    fails: absent,
  },
  { line: 697, run: "oc get -n ${CONTROL_PLANE_NAMESPACE} pods -l app=etcd" },
  { line: 699, run: "ETCD_POD=etcd-0" },
  {
    line: 700,
    run: `oc exec -n \${CONTROL_PLANE_NAMESPACE} -c etcd -t \${ETCD_POD} -- env ETCDCTL_API=3 /usr/bin/etcdctl \\
  --cacert /etc/etcd/tls/etcd-ca/ca.crt \\
  --cert /etc/etcd/tls/client/etcd-client.crt \\
  --key /etc/etcd/tls/client/etcd-client.key \\
  --endpoints=https://localhost:2379 \\
  snapshot save /var/lib/snapshot.db`,
  },
  {
    line: 702,
    run: "oc exec -n ${CONTROL_PLANE_NAMESPACE} -c etcd -t ${ETCD_POD} -- env ETCDCTL_API=3 /usr/bin/etcdctl -w table snapshot status /var/lib/snapshot.db",
  },
  {
    line: 704,
    run: "oc cp -c etcd ${CONTROL_PLANE_NAMESPACE}/${ETCD_POD}:/var/lib/snapshot.db /tmp/etcd.snapshot.db",
  },
  { line: 707, run: "oc get -n ${CONTROL_PLANE_NAMESPACE} pods -l app=etcd" },
  { line: 709, run: "ETCD_POD=etcd-0" },
  {
    line: 712,
    run: "oc scale -n ${CONTROL_PLANE_NAMESPACE} statefulset/etcd --replicas=0",
  },
  { line: 714, run: "oc delete -n ${CONTROL_PLANE_NAMESPACE} pvc/data-etcd-1 pvc/data-etcd-2" },
  {
    line: 717,
    run: "ETCD_IMAGE=$(oc get -n ${CONTROL_PLANE_NAMESPACE} statefulset/etcd -o jsonpath='{ .spec.template.spec.containers[0].image }')",
  },
  {
    line: 719,
    run: `cat << EOF | oc apply -n \${CONTROL_PLANE_NAMESPACE} -f -
apiVersion: apps/v1
kind: Deployment
metadata:
  name: etcd-data
spec:
  replicas: 1
  selector:
    matchLabels:
      app: etcd-data
  template:
    metadata:
      labels:
        app: etcd-data
    spec:
      containers:
      - name: access
        image: $ETCD_IMAGE
        volumeMounts:
        - name: data
          mountPath: /var/lib
        command:
        - /usr/bin/bash
        args:
        - -c
        - |-
          while true; do
            sleep 1000
          done
      volumes:
      - name: data
        persistentVolumeClaim:
          claimName: data-etcd-0
EOF`,
  },
  {
    line: 722,
    run: "oc get -n ${CONTROL_PLANE_NAMESPACE} pods -l app=etcd-data",
    until: "oc wait -n ${CONTROL_PLANE_NAMESPACE} pods -l app=etcd-data --for=condition=Ready --timeout=1s",
  },
  {
    line: 725,
    run: "DATA_POD=$(oc get -n ${CONTROL_PLANE_NAMESPACE} pods --no-headers -l app=etcd-data -o name | cut -d/ -f2)",
  },
  { line: 727, run: "oc cp /tmp/etcd.snapshot.db ${CONTROL_PLANE_NAMESPACE}/${DATA_POD}:/var/lib/restored.snap.db" },
  { line: 730, run: "oc exec -n ${CONTROL_PLANE_NAMESPACE} ${DATA_POD} -- rm -rf /var/lib/data" },
  { line: 731, run: "oc exec -n ${CONTROL_PLANE_NAMESPACE} ${DATA_POD} -- mkdir -p /var/lib/data" },
  {
    line: 733,
    run: `oc exec -n \${CONTROL_PLANE_NAMESPACE} \${DATA_POD} -- etcdutl snapshot restore /var/lib/restored.snap.db \\
  --data-dir=/var/lib/data --skip-hash-check \\
  --name etcd-0 \\
  --initial-cluster-token=etcd-cluster \\
  --initial-cluster ${["etcd-0", "etcd-1", "etcd-2"].map((name) => `${name}=${member(name)}`).join(",")} \\
  --initial-advertise-peer-urls ${member("etcd-0")}`,
  },
  { line: 735, run: "oc exec -n ${CONTROL_PLANE_NAMESPACE} ${DATA_POD} -- rm /var/lib/restored.snap.db" },
  { line: 737, run: "oc delete -n ${CONTROL_PLANE_NAMESPACE} deployment/etcd-data" },
  { line: 739, run: "oc scale -n ${CONTROL_PLANE_NAMESPACE} statefulset/etcd --replicas=3" },
  {
    line: 741,
    run: "oc get -n ${CONTROL_PLANE_NAMESPACE} pods -l app=etcd",
    until: "oc rollout status -n ${CONTROL_PLANE_NAMESPACE} statefulset/etcd --timeout=1s",
  },
  {
    line: 743,
    run: "oc scale deployment -n ${CONTROL_PLANE_NAMESPACE} --replicas=3 kube-apiserver openshift-apiserver openshift-oauth-apiserver",
    fails: absent,
  },
  {
    // The manual has ${CLUSTER_NAMESPACE} here, which it never sets.
    line: 745,
    run: `oc patch -n \${HOSTED_CLUSTER_NAMESPACE} hostedclusters/\${CLUSTER_NAME} -p '{"spec":{"pausedUntil":""}}' --type=merge`,
  },
];
