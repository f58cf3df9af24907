import { componentLabelName } from "../../control-plane/component.ts";
import { components } from "../../control-plane/index.ts";
import type { Resource } from "../../kube/resource.ts";

/** True for what belongs to a component of control planes, but for these. */
export function isOfComponent({ metadata }: Resource, except: readonly string[] = []): boolean {
  const component = metadata?.labels?.[componentLabelName] ?? "";
  return components.some(({ name }) => name === component) && !except.includes(component);
}
