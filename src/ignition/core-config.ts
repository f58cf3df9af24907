import { type KubeletFacts, kubelet } from "./core/kubelet.ts";
import { nodeSetup } from "./core/node-setup.ts";
import { type MachineConfig, machineConfig } from "./machine-config.ts";
import { mergeConfigs } from "./merge-configs.ts";

/** Label of the ConfigMaps in a control plane's namespace that hold node configuration from the release. */
export const coreConfigLabel = "hypershift.openshift.io/core-ignition-config";

/** The node configuration that comes with a release, without anything secret. */
export function coreConfig(facts: KubeletFacts): MachineConfig {
  return machineConfig("00-worker", mergeConfigs([nodeSetup(), kubelet(facts)]));
}
