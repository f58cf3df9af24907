import { ControlPlaneComponent } from "../../api/control-plane-component.ts";
import { type Component, render } from "../../control-plane/component.ts";
import type { ControlPlane } from "../../control-plane/control-plane.ts";
import { setCondition } from "../../kube/conditions.ts";
import { same } from "../../kube/status-patch.ts";
import type { Pass } from "./pass.ts";

/** Writes the component's ControlPlaneComponent: Available, RolloutComplete, and the release that it runs. */
export async function reportComponent(pass: Pass, plane: ControlPlane, component: Component): Promise<void> {
  const { kube, namespace, hcp, now } = pass;
  const state = pass.states.get(component.name);
  if (!state) return;
  const object = await kube.apply<ControlPlaneComponent>({
    apiVersion: ControlPlaneComponent.apiVersion,
    kind: ControlPlaneComponent.kind,
    metadata: { name: component.name, namespace },
  });
  const conditions = structuredClone(object.status?.conditions ?? []);
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
  const status = {
    ...object.status,
    ...(complete && { version: plane.release.version }),
    observedGeneration: hcp.metadata?.generation,
    resources: render(component, plane).map(({ apiVersion = "v1", kind = "", metadata }) => ({
      group: apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "",
      kind,
      name: metadata?.name ?? "",
    })),
    conditions,
  };
  if (same(object.status, status)) return;
  await kube.patch(ControlPlaneComponent, component.name, namespace, { status }, { subresource: "status" });
}
