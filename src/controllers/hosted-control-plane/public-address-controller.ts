import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { type Condition, type ConditionUpdate, findCondition, isTrue } from "../../kube/conditions.ts";
import { type Context, type Controller, wait, watches } from "../../kube/controller.ts";
import { ConfigMap } from "../../kube/kinds.ts";
import { pause } from "../../kube/pause.ts";
import type { Options } from "./options.ts";
import { state } from "./pass.ts";

const type = "KubeAPIServerReachable";

/** An address that stops answering is no event: it is asked this often. */
const askEveryMs = 20_000;
/** One that does not answer yet is asked sooner. */
const askAgainMs = 2_000;
/** An answer that stays out once says little: so often it is asked before that is believed. */
const tries = 3;

/** Says whether a request through the public address is answered: KubeAPIServerReachable, which Available follows. */
export function publicAddress({ namespace, askApiServer }: Options): Controller<HostedControlPlane> {
  async function problem(hcp: HostedControlPlane, { kube, signal }: Context): Promise<string | undefined> {
    const { controlPlaneEndpoint, conditions } = hcp.status ?? {};
    const authority = (await kube.get(ConfigMap, "root-ca", namespace))?.data?.["ca.crt"];
    if (!controlPlaneEndpoint || !authority)
      return "The certificate authority of the API server, ConfigMap root-ca, is not there";
    const most = isTrue(conditions as Condition[], type) ? tries : 1;
    for (let attempt = 1; ; attempt++) {
      const found = await askApiServer(controlPlaneEndpoint, authority, signal);
      if (!found || attempt >= most) return found;
      await pause(1_000, signal);
    }
  }

  return {
    name: "public-address",
    kind: HostedControlPlane,
    namespace,
    watches: [watches({ kind: ConfigMap, namespace, keep: true, keysOf: () => [] })],
    resyncMs: askEveryMs,
    async reconcile(hcp, context) {
      if (!hcp.status?.controlPlaneEndpoint || !hcp.status.initialized) {
        // Before anybody was asked there is nothing to say.
        if (findCondition(hcp.status?.conditions, type)) state({ hcp, now: context.now }, notYet);
        return;
      }
      const found = await problem(hcp, context);
      context.signal.throwIfAborted();
      state({ hcp, now: context.now }, found ? unreachable(found) : reachable);
      return found ? wait("KASLoadBalancerNotReachable", found, askAgainMs) : undefined;
    },
  };
}

const notYet: ConditionUpdate = {
  type,
  status: "Unknown",
  reason: "StatusUnknown",
  message: "The API server has no address or has not been started yet",
};

const reachable: ConditionUpdate = {
  type,
  status: "True",
  reason: "AsExpected",
  message: "A request through the public address is answered",
};

function unreachable(found: string): ConditionUpdate {
  return {
    type,
    status: "False",
    reason: "KASLoadBalancerNotReachable",
    message: `${found}; look at the Service kube-apiserver, its load balancer and the DNS name`,
  };
}
