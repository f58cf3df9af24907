import { isIPv6 } from "node:net";
import { clusterNetworks } from "../../control-plane/control-plane.ts";
import type { ConfigMap } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";
import { peerFilter, peerFilterFile } from "./peer-filter.ts";
import { vni, vxlanPort } from "./vni.ts";

/** flannel's own configuration, that of the CNI plugin that it leaves on each node, and what closes its tunnel to others. */
export function config(facts: Facts): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "flannel", namespace: "kube-system" },
    data: {
      "cni-conf.json": `${JSON.stringify(cniConfig, null, 2)}\n`,
      [peerFilterFile]: peerFilter,
      "net-conf.json": `${JSON.stringify(netConfig(facts), null, 2)}\n`,
    },
  };
}

const cniConfig = {
  name: "cbr0",
  cniVersion: "0.3.1",
  plugins: [
    { type: "flannel", delegate: { hairpinMode: true, isDefaultGateway: true } },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
};

// VXLAN headers take this much of each packet.
const encapsulation = 50;

function netConfig(facts: Facts): object {
  const networks = clusterNetworks(facts).map(({ cidr }) => cidr);
  const four = networks.find((cidr) => !isIPv6(cidr.split("/")[0] ?? ""));
  const six = networks.find((cidr) => isIPv6(cidr.split("/")[0] ?? ""));
  const mtu = facts.spec.operatorConfiguration?.clusterNetworkOperator?.ovnKubernetesConfig?.mtu;
  return {
    ...(four ? { Network: four } : { EnableIPv4: false }),
    ...(six && { EnableIPv6: true, IPv6Network: six }),
    EnableNFTables: false,
    // The MTU that the user gives is that of pods; flannel wants that of what is below them, and else finds it out.
    Backend: { Type: "vxlan", VNI: vni(facts), Port: vxlanPort, ...(mtu && { MTU: mtu + encapsulation }) },
  };
}
