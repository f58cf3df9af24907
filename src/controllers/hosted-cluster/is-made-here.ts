import { durableRecordName } from "../../api/durable-record-name.ts";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { bundles, leaves } from "../../control-plane/certificates.ts";
import { ordersName } from "../../control-plane/etcd/orders.ts";
import { startScriptName } from "../../control-plane/etcd/start-script.ts";
import { coreConfigName } from "../../control-plane/ignition-server/core-config-map.ts";
import { isMadeOnce } from "../../control-plane/keys.ts";
import { configName as apiServerConfigName, encryptionName } from "../../control-plane/kube-apiserver/files.ts";
import { configName as schedulerConfigName } from "../../control-plane/kube-scheduler/files.ts";
import { ignitionReportsName, tokenIndexName } from "../../ignition/token-index.ts";
import { releasesName } from "../hosted-control-plane/keep-releases.ts";
import { copyNames, operatorBundleName } from "./references.ts";

const configMaps: readonly string[] = [
  ...Object.keys(bundles),
  startScriptName,
  ordersName,
  apiServerConfigName,
  schedulerConfigName,
  coreConfigName,
  tokenIndexName,
  ignitionReportsName,
  durableRecordName,
  releasesName,
  operatorBundleName,
  copyNames.trustBundle,
  copyNames.proxyTrustBundle,
  // Kubernetes puts it into each namespace.
  "kube-root-ca.crt",
];
const secrets: readonly string[] = [encryptionName, copyNames.pullSecret, copyNames.sshKey];

/** Whether the control plane has, or may come to have, a Secret or ConfigMap of its own under this name. */
export function isMadeHere(cluster: HostedCluster, kind: string, name: string): boolean {
  if (kind === "ConfigMap") return configMaps.includes(name);
  return secrets.includes(name) || isMadeOnce(name) || leafSecrets(cluster).includes(name);
}

/** Of all certificates that the cluster can come to have, once all of its addresses are known. */
function leafSecrets({ metadata, spec }: HostedCluster): string[] {
  const anywhere = { host: "any.invalid", port: 443 };
  // The networks may not be readable yet, and only go into certificates.
  const known = { ...spec, networking: undefined, kubeAPIServerDNSName: anywhere.host };
  return leaves({
    name: metadata?.name ?? "",
    namespace: metadata?.namespace ?? "",
    spec: known as unknown as HostedControlPlane["spec"],
    endpoints: { api: anywhere, konnectivity: anywhere, ignition: anywhere, oauth: anywhere },
  }).map(({ secret }) => secret);
}
