import { drillAnnotation } from "../../api/drill-namespace.ts";
import { type ControlPlane, isHighlyAvailable, serviceNetworks, tuning } from "../control-plane.ts";
import { featureGates } from "../feature-gates.ts";
import { tlsArguments } from "../tls-profile.ts";
import { certificatesPath as certificates, configPath, kubeletClientPath } from "./files.ts";
import { namedCertificates } from "./named-certificates.ts";

/** kube-apiserver's command line. Valid for every minor that releases are built of. */
export function apiServerArguments(plane: ControlPlane): string[] {
  const { spec } = plane;
  const apiServer = spec.configuration?.apiServer;
  const issuer = spec.issuerURL ?? "https://kubernetes.default.svc";
  return [
    "--secure-port=6443",
    "--bind-address=0.0.0.0",
    ...etcd(plane),
    // Serving.
    `--tls-cert-file=${certificates}/server.crt`,
    `--tls-private-key-file=${certificates}/server.key`,
    ...namedCertificates(plane).map(({ argument }) => argument),
    ...tlsArguments(apiServer?.tlsSecurityProfile),
    ...(apiServer?.additionalCORSAllowedOrigins?.length
      ? [`--cors-allowed-origins=${apiServer.additionalCORSAllowedOrigins.join(",")}`]
      : []),
    "--shutdown-delay-duration=10s",
    "--shutdown-send-retry-after=true",
    `--max-requests-inflight=${tuning(plane, "kube-apiserver-max-requests-inflight") ?? 3000}`,
    `--max-mutating-requests-inflight=${tuning(plane, "kube-apiserver-max-mutating-requests-inflight") ?? 1000}`,
    `--goaway-chance=${tuning(plane, "kube-apiserver-goaway-chance") ?? (isHighlyAvailable(plane) ? 0.001 : 0)}`,
    `--v=${tuning(plane, "kube-apiserver-verbosity-level") ?? 1}`,
    // Who is there, and what they may do.
    `--client-ca-file=${certificates}/client-ca.crt`,
    "--authorization-mode=Node,RBAC,ABAC",
    `--authorization-policy-file=${configPath}/probe-policy.jsonl`,
    "--enable-admission-plugins=NodeRestriction",
    ...webhooks(plane),
    "--allow-privileged=true",
    "--enable-bootstrap-token-auth=true",
    `--service-account-issuer=${issuer}`,
    `--service-account-jwks-uri=${issuer.replace(/\/$/, "")}/openid/v1/jwks`,
    `--api-audiences=${issuer}`,
    `--service-account-signing-key-file=${certificates}/service-account.key`,
    `--service-account-key-file=${certificates}/service-account.pub`,
    ...(tuning(plane, "kube-apiserver-service-account-token-max-expiration")
      ? [
          `--service-account-max-token-expiration=${tuning(plane, "kube-apiserver-service-account-token-max-expiration")}`,
        ]
      : []),
    // Aggregated APIs.
    `--requestheader-client-ca-file=${certificates}/aggregator-ca.crt`,
    "--requestheader-allowed-names=system:openshift-aggregator",
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    `--proxy-client-cert-file=${certificates}/aggregator.crt`,
    `--proxy-client-key-file=${certificates}/aggregator.key`,
    // Nodes.
    `--kubelet-client-certificate=${kubeletClientPath}/tls.crt`,
    `--kubelet-client-key=${kubeletClientPath}/tls.key`,
    `--kubelet-certificate-authority=${certificates}/kubelet-serving-ca.crt`,
    "--kubelet-preferred-address-types=InternalIP,Hostname,ExternalIP",
    `--egress-selector-config-file=${configPath}/egress-selector.json`,
    `--service-cluster-ip-range=${serviceNetworks(plane).join(",")}`,
    // Inside the cluster the API answers at an address that the control-plane-operator writes.
    "--endpoint-reconciler-type=none",
    // What is kept.
    "--event-ttl=3h",
    ...(plane.encryption ? [`--encryption-provider-config=${configPath}/encryption.json`] : []),
    ...audit(plane),
    ...featureGates(plane),
    "--profiling=false",
  ];
}

/** What a drill's data names is not to hear of the drill, nor to refuse what it does: it is reached by no drill. */
function webhooks({ annotations }: ControlPlane): string[] {
  if (!annotations[drillAnnotation]) return [];
  return ["--disable-admission-plugins=MutatingAdmissionWebhook,ValidatingAdmissionWebhook"];
}

function etcd({ spec }: ControlPlane): string[] {
  const endpoint = spec.etcd.unmanaged?.endpoint ?? "https://etcd-client:2379";
  return [
    `--etcd-servers=${endpoint}`,
    `--etcd-cafile=${certificates}/etcd-ca.crt`,
    `--etcd-certfile=${certificates}/etcd-client.crt`,
    `--etcd-keyfile=${certificates}/etcd-client.key`,
    // A prefix of OpenShift's, so that snapshots can be exchanged with it.
    "--etcd-prefix=kubernetes.io",
    "--storage-backend=etcd3",
  ];
}

function audit({ spec }: ControlPlane): string[] {
  if (spec.configuration?.apiServer?.audit?.profile === "None" && !spec.auditWebhook?.name) return [];
  return [
    `--audit-policy-file=${configPath}/audit-policy.json`,
    "--audit-log-path=/var/log/kube-apiserver/audit.log",
    "--audit-log-format=json",
    "--audit-log-maxsize=50",
    "--audit-log-maxbackup=2",
    // A slow disk must not slow requests down.
    "--audit-log-mode=batch",
    ...(spec.auditWebhook?.name
      ? [`--audit-webhook-config-file=${configPath}/audit-webhook.kubeconfig`, "--audit-webhook-mode=batch"]
      : []),
  ];
}
