import type { Resource } from "../../kube/resource.ts";

/** Who wrote an object: the names of its field managers. `hcp install` is `hcp`. */
export function managersOf({ metadata }: Resource): string[] {
  const { managedFields = [] } = metadata ?? {};
  return managedFields.flatMap(({ manager }) => manager ?? []);
}
