import type { Log } from "../../kube/controller.ts";
import { follow } from "../../kube/follow.ts";
import { Namespace, NetworkPolicy, Pod } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { pause } from "../../kube/pause.ts";
import { rules } from "./rules.ts";

export interface EnforceOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** Gives the kernel new rules for the old ones, all at once. */
  program: (text: string) => Promise<void>;
}

const pauseAfterFailureMs = 1000;

/**
 * Has the kernel enforce the cluster's NetworkPolicies until the signal aborts, and leaves the last rules standing then.
 * Nothing is programmed before everything was seen once: rules made from a part would cut off what is allowed.
 */
export async function enforceNetworkPolicies({ kube, log, signal, program }: EnforceOptions): Promise<void> {
  let wake = () => {};
  const following = { kube, log, signal, onChange: () => wake() };
  const pods = follow(Pod, following);
  const namespaces = follow(Namespace, following);
  const policies = follow(NetworkPolicy, following);
  await Promise.race([Promise.all([pods, namespaces, policies].map(({ synced }) => synced)), aborted(signal)]);
  let last = "";
  while (!signal.aborted) {
    const change = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const text = rules({ pods: pods.objects(), namespaces: namespaces.objects(), policies: policies.objects() });
    if (text === last) {
      await Promise.race([change, aborted(signal)]);
      continue;
    }
    try {
      await program(text);
      last = text;
    } catch (error) {
      log.error({ error }, "network policies could not be programmed");
      await pause(pauseAfterFailureMs, signal).catch(() => {});
    }
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
