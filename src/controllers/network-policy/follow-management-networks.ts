import { ApiError, isForbidden } from "../../kube/api-error.ts";
import type { Log } from "../../kube/controller.ts";
import { type Followed, follow } from "../../kube/follow.ts";
import { EndpointSlice, Node, ServiceCidr } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { sentenceOf } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { managementNetworks, type NetworksAnswer } from "./management-networks.ts";

export interface FollowNetworksOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** Further blocks of addresses that belong to the management side. */
  blocked: readonly string[];
  /** Told when the answer is another one: of a node that came, not of one that only gave a sign of life. */
  onChange: () => void;
}

/** Follows what tells the management cluster's networks. The answer waits until all of it was seen once, or refused. */
export function followManagementNetworks(options: FollowNetworksOptions): () => Promise<NetworksAnswer> {
  const { blocked } = options;
  const following = { ...options, onChange: look };
  const nodes = follow(Node, following);
  const apiSlices = follow(EndpointSlice, following, apiSlicesOnly);
  const serviceCidrs = follow(ServiceCidr, following);
  const all: Followed<Resource>[] = [nodes, apiSlices, serviceCidrs];
  let isSynced = false;
  let last = "";
  const { promise: answered, resolve: markAnswered } = Promise.withResolvers<void>();
  void Promise.all(all.map(({ synced }) => synced)).then(() => {
    isSynced = true;
    look();
    const { pods = [], others } = current().networks ?? {};
    if (pods.length > 0 || blocked.length > 0) return;
    const missing = "no node tells the network of pods: name it with hcp install --hcp-egress-block-cidrs";
    options.log.warn({ networks: others }, missing);
  });

  function current(): NetworksAnswer {
    // A server that was away is asked again soon; one that refuses may do so for good.
    const refusals = all.flatMap(({ failure }) => failure() ?? []).filter(isRefusal);
    if (!isSynced) return refusals.length > 0 ? { problem: unread(refusals) } : {};
    const found = { nodes: nodes.objects(), apiSlices: apiSlices.objects(), serviceCidrs: serviceCidrs.objects() };
    return {
      networks: managementNetworks({ ...found, blocked }),
      ...(refusals.length > 0 && { problem: unfollowed(refusals) }),
    };
  }

  function look(): void {
    const answer = current();
    if (!answer.networks && !answer.problem) return;
    const now = JSON.stringify(answer);
    if (now === last) return;
    last = now;
    if (answer.problem) options.log.error({ problem: answer.problem }, "the networks of this cluster are not known");
    markAnswered();
    options.onChange();
  }

  return () => answered.then(current);
}

const apiSlicesOnly = { namespace: "default", labels: { "kubernetes.io/service-name": "kubernetes" } };

/** Other than "not now": of that, 429 says that there were too many requests. */
const isRefusal = (error: Error) => error instanceof ApiError && error.status < 500 && error.status !== 429;

function unread(errors: readonly Error[]): string {
  return `The networks of the management cluster cannot be read, so the control plane cannot be kept from them: ${words(errors)}`;
}

function unfollowed(errors: readonly Error[]): string {
  return `The networks of the management cluster are not followed any more, so the control plane is not kept from what is new in them: ${words(errors)}`;
}

function words(errors: readonly Error[]): string {
  const mend = errors.some(isForbidden)
    ? "run hcp install again, which gives the operator its rights"
    : "it is tried again and again";
  return `${errors.map(sentenceOf).join("; ")}; ${mend}`;
}
