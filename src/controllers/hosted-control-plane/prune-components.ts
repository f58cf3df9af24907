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
  // What was rendered when objects were pruned last: nothing has to be looked for while it stays the same.
  let last = "";
  return async (pass) => {
    const plane = planeOf(pass);
    const rendered = [...components.flatMap((component) => render(component, plane)), ...publishedServices(plane)];
    const wanted = new Set(rendered.map(keyOf));
    const signature = [...wanted].sort().join(" ");
    if (signature === last) return;
    for (const kind of renderedKinds) {
      for (const object of await pass.kube.list(kind, { namespace: pass.namespace })) {
        if (!isOurs(pass, object) || wanted.has(keyOf(object))) continue;
        await pass.kube.delete(kind, object.metadata?.name ?? "", pass.namespace);
        pass.log.info({ kind: kind.kind, object: object.metadata?.name }, "pruned");
      }
    }
    const names = new Set(components.filter((each) => each.isNeeded?.(plane) !== false).map(({ name }) => name));
    for (const { metadata } of await pass.kube.list(ControlPlaneComponent, { namespace: pass.namespace })) {
      if (metadata?.name && !names.has(metadata.name))
        await pass.kube.delete(ControlPlaneComponent, metadata.name, pass.namespace);
    }
    last = signature;
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

function keyOf({ kind, metadata }: Resource): string {
  return `${kind}/${metadata?.name}`;
}
