import { type IgnitionConfig, ignitionConfig, ignitionFile } from "../config.ts";
import { kubeletPaths } from "./kubelet.ts";
import { pullSecretPath } from "./node-setup.ts";

/** What a node needs to be let in, and to check who speaks to it. */
export function credentials(facts: {
  bootstrapKubeconfig: string;
  /** Certificate authority of those who may call the kubelet, PEM. */
  kubeletClientCa: string;
  /** `.dockerconfigjson` of the cluster's pull secret. */
  pullSecret: string;
}): IgnitionConfig {
  return ignitionConfig({
    files: [
      ignitionFile(kubeletPaths.bootstrapKubeconfig, facts.bootstrapKubeconfig, 0o600),
      ignitionFile(kubeletPaths.clientCa, facts.kubeletClientCa),
      ignitionFile(pullSecretPath, facts.pullSecret, 0o600),
    ],
  });
}
