import { coreConfigLabel, coreConfigs } from "../../ignition/core-configs.ts";
import type { ConfigMap } from "../../kube/kinds.ts";
import { addressInNetwork } from "../address-in-network.ts";
import { type ControlPlane, serviceNetworks } from "../control-plane.ts";

/** One piece of the node configuration that comes with the release, by the name of its ConfigMap. */
export function coreConfigMap(name: string): (plane: ControlPlane) => ConfigMap | undefined {
  return (plane) => {
    const clusterDNS = serviceNetworks(plane).map((cidr) => addressInNetwork(cidr, 10));
    const found = coreConfigs({ clusterDNS, clusterDomain: "cluster.local" }).find((each) => each.name === name);
    return (
      found && {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name, labels: { [coreConfigLabel]: "true" } },
        data: { config: JSON.stringify(found.config, null, 2) },
      }
    );
  };
}
