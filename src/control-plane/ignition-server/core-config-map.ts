import { coreConfig, coreConfigLabel } from "../../ignition/core-config.ts";
import type { ConfigMap } from "../../kube/kinds.ts";
import { addressInNetwork } from "../address-in-network.ts";
import { type ControlPlane, serviceNetworks } from "../control-plane.ts";

/** The ConfigMap with the node configuration that comes with the release. */
export const coreConfigName = "ignition-config-worker";

/** The node configuration that comes with the release. One object, so that nobody ever reads half of a new one. */
export function coreConfigMap(plane: ControlPlane): ConfigMap {
  const clusterDNS = serviceNetworks(plane).map((cidr) => addressInNetwork(cidr, 10));
  const config = coreConfig({ clusterDNS, clusterDomain: "cluster.local" });
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: coreConfigName, labels: { [coreConfigLabel]: "true" } },
    data: { config: `${JSON.stringify(config, null, 2)}\n` },
  };
}
