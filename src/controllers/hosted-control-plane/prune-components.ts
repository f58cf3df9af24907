import { ControlPlaneComponent } from "../../api/control-plane-component.ts";
import { componentLabelName, render } from "../../control-plane/component.ts";
import { published } from "../../control-plane/endpoints.ts";
import { components } from "../../control-plane/index.ts";
import { publishedServices } from "../../control-plane/published-services.ts";
import type { Kind } from "../../kube/kind.ts";
import {
  ConfigMap,
  Deployment,
  PodDisruptionBudget,
  Role,
  RoleBinding,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
} from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { pruner } from "../../rendering/pruner.ts";
import { type Pass, type PlaneStep, planeOf } from "./pass.ts";

/** The kinds that components consist of. PersistentVolumeClaims are not among them: what a cluster remembers is never pruned. */
export const renderedKinds: Kind[] = [
  ConfigMap,
  Deployment,
  PodDisruptionBudget,
  Role,
  RoleBinding,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
];

/** Deletes what an earlier pass rendered and this one does not. Keys carry another label, so they are never found here. */
export function pruneComponents(): PlaneStep {
  const pruneRendered = pruner();
  const pruneReports = pruner();
  return async (pass) => {
    const { kube, namespace } = pass;
    const plane = planeOf(pass);
    const rendered = [...components.flatMap((component) => render(component, plane)), ...publishedServices(plane)];
    const own = (object: Resource) => isOurs(pass, object);
    const pruned = await pruneRendered({ kube, kinds: renderedKinds, within: { namespace }, isOurs: own, rendered });
    for (const { kind, metadata } of pruned) pass.log.info({ kind, object: metadata?.name }, "pruned");
    const needed = components.filter((each) => each.isNeeded?.(plane) !== false);
    const reports = needed.map(({ name }) => ({ kind: "ControlPlaneComponent", metadata: { name, namespace } }));
    const any = { kinds: [ControlPlaneComponent], within: { namespace }, isOurs: () => true };
    await pruneReports({ kube, ...any, rendered: reports });
  };
}

function isOurs({ hcp }: Pass, object: Resource): boolean {
  const { labels, ownerReferences } = object.metadata ?? {};
  const owned = ownerReferences?.some(({ uid }) => uid === hcp.metadata?.uid) ?? false;
  return (owned || isPublished(object)) && labels?.[componentLabelName] !== undefined;
}

/** True for the Services of published services, which have no owner. */
export function isPublished({ kind, metadata }: Resource): boolean {
  return kind === "Service" && published.some(({ name }) => name === metadata?.name);
}
