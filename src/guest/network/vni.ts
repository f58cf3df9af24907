import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import { clusterNetworks } from "../../control-plane/control-plane.ts";
import type { Facts } from "../facts.ts";

// Names of network devices have 15 characters, and flannel calls its device `flannel.` or `flannel-v6.` and this number.
const largest = { oneFamily: 9_999_999, withIPv6: 9_999 };

/**
 * The number of the cluster's VXLAN, so that nodes of two clusters on one network do not take each other's packets for
 * their own. Drawn from the cluster's ID: the same for good.
 */
export function vni(facts: Pick<Facts, "name" | "namespace" | "spec">): number {
  const { clusterID, infraID } = facts.spec;
  const hash = createHash("sha256").update(clusterID || infraID || `${facts.namespace}/${facts.name}`);
  const hasIPv6 = clusterNetworks(facts).some(({ cidr }) => isIPv6(cidr.split("/")[0] ?? ""));
  // 1 is what others use that choose none.
  return 2 + (hash.digest().readUInt32BE() % ((hasIPv6 ? largest.withIPv6 : largest.oneFamily) - 1));
}

/** The port that flannel sends VXLAN to, which is Linux' own and not the one that was assigned later. */
export const vxlanPort = 8472;
