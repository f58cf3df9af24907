import { type KubeletFacts, kubelet } from "./core/kubelet.ts";
import { nodeSetup } from "./core/node-setup.ts";
import { type MachineConfig, machineConfig } from "./machine-config.ts";

/** Label of the ConfigMaps in a control plane's namespace that hold node configuration from the release. */
export const coreConfigLabel = "hypershift.openshift.io/core-ignition-config";

/** The node configuration that comes with a release, without anything secret: the name of its ConfigMap, and what is in it. */
export function coreConfigs(facts: KubeletFacts): { name: string; config: MachineConfig }[] {
  return [
    { name: "ignition-config-kubelet", config: machineConfig("00-kubelet", kubelet(facts)) },
    { name: "ignition-config-node-setup", config: machineConfig("00-node-setup", nodeSetup()) },
  ];
}
