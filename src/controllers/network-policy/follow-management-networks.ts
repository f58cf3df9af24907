import type { Log } from "../../kube/controller.ts";
import { follow } from "../../kube/follow.ts";
import { EndpointSlice, Node, ServiceCidr } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { type ManagementNetworks, managementNetworks } from "./management-networks.ts";

export interface FollowNetworksOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** Further blocks of addresses that belong to the management side. */
  blocked: readonly string[];
  /** Told of networks that are not what they were: of a node that came, not of one that only gave a sign of life. */
  onChange: () => void;
}

/** Follows what tells the management cluster's networks. The answer waits until all of it was seen once. */
export function followManagementNetworks(options: FollowNetworksOptions): () => Promise<ManagementNetworks> {
  const following = { ...options, onChange: look };
  const nodes = follow(Node, following);
  const apiSlices = follow(EndpointSlice, following, apiSlicesOnly);
  const serviceCidrs = follow(ServiceCidr, following);
  const synced = Promise.all([nodes.synced, apiSlices.synced, serviceCidrs.synced]);
  let isSynced = false;
  let last = "";
  void synced.then(() => {
    isSynced = true;
    const found = current();
    last = JSON.stringify(found);
    if (found.pods.length > 0 || options.blocked.length > 0) return;
    const missing = "no node tells the network of pods: name it with hcp install --hcp-egress-block-cidrs";
    options.log.warn({ networks: found.others }, missing);
  });

  function current(): ManagementNetworks {
    const { blocked } = options;
    return managementNetworks({
      nodes: nodes.objects(),
      apiSlices: apiSlices.objects(),
      serviceCidrs: serviceCidrs.objects(),
      blocked,
    });
  }

  function look(): void {
    if (!isSynced) return;
    const now = JSON.stringify(current());
    if (now === last) return;
    last = now;
    options.onChange();
  }

  return () => synced.then(current);
}

const apiSlicesOnly = { namespace: "default", labels: { "kubernetes.io/service-name": "kubernetes" } };
