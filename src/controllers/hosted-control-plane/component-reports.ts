import { ControlPlaneComponent } from "../../api/control-plane-component.ts";
import { type Component, render } from "../../control-plane/component.ts";
import type { ControlPlane } from "../../control-plane/control-plane.ts";
import { setCondition } from "../../kube/conditions.ts";
import { differInWordsOnly } from "../../kube/differ-in-words-only.ts";
import { same } from "../../kube/status-patch.ts";
import type { ComponentState } from "./component-state.ts";
import type { Pass } from "./pass.ts";

/** How far a component comes is told at each pod, and once it is there nobody asks for that any more. */
const wordsSettleMs = 10_000;

/**
 * What writes the ControlPlaneComponent of a component: Available, RolloutComplete, and the release that it runs. Where
 * only its words changed, it waits for the pass after some seconds, which there is while a component is not complete.
 */
export function componentReports(now: () => number = () => performance.now()) {
  const heldSince = new Map<string, number>();
  return async (pass: Pass, plane: ControlPlane, component: Component): Promise<void> => {
    const { kube, namespace } = pass;
    const { name } = component;
    const state = pass.states.get(name);
    if (!state) return;
    const { apiVersion, kind } = ControlPlaneComponent;
    const object = await kube.apply<ControlPlaneComponent>({ apiVersion, kind, metadata: { name, namespace } });
    const status = statusOf(pass, { plane, component, state, before: object.status });
    const since = heldSince.get(name) ?? now();
    heldSince.delete(name);
    if (same(object.status, status)) return;
    if (isUnderWay(state) && differInWordsOnly(object.status ?? {}, status) && now() - since < wordsSettleMs)
      heldSince.set(name, since);
    else await kube.patch(ControlPlaneComponent, name, namespace, { status }, { subresource: "status" });
  };
}

/** Not where it failed, which may be looked at again much later. */
function isUnderWay({ available, rolloutComplete }: ComponentState): boolean {
  return !(available.is && rolloutComplete.is) && rolloutComplete.reason !== "ReconciliationError";
}

interface Reported {
  plane: ControlPlane;
  component: Component;
  state: ComponentState;
  before: ControlPlaneComponent["status"];
}

function statusOf({ hcp, now }: Pass, { plane, component, state, before }: Reported) {
  const conditions = structuredClone(before?.conditions ?? []);
  for (const [type, fact] of [
    ["Available", state.available],
    ["RolloutComplete", state.rolloutComplete],
  ] as const) {
    const { is, reason, message } = fact;
    setCondition(
      conditions,
      { type, status: is ? "True" : "False", reason, message, observedGeneration: hcp.metadata?.generation },
      now(),
    );
  }
  const complete = state.available.is && state.rolloutComplete.is;
  return {
    ...before,
    ...(complete && { version: plane.release.version }),
    observedGeneration: hcp.metadata?.generation,
    resources: render(component, plane).map(({ apiVersion = "v1", kind = "", metadata }) => ({
      group: apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "",
      kind,
      name: metadata?.name ?? "",
    })),
    conditions,
  };
}
