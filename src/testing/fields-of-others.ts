import type { Resource } from "../kube/resource.ts";

type Fields = { [name: string]: Fields };
interface Managed {
  manager?: string;
  subresource?: string;
  fieldsV1?: Fields;
}

/** Fields of the spec that this user manages and somebody else does, too: who, and the path of each. */
export function fieldsOfOthers(object: Resource, user: string): string[] {
  const all = (object.metadata as { managedFields?: Managed[] } | undefined)?.managedFields ?? [];
  const specOf = ({ fieldsV1 = {} }: Managed) => (fieldsV1["f:spec"] ? leaves(fieldsV1["f:spec"], "spec") : []);
  const own = new Set(all.filter(({ manager }) => manager === user).flatMap(specOf));
  if (own.size === 0)
    throw new Error(`${user} manages no field of the spec of ${object.kind} ${object.metadata?.name}`);
  return all
    .filter(({ manager }) => manager !== user)
    .flatMap((entry) => specOf(entry).flatMap((path) => (own.has(path) ? [`${entry.manager}: ${path}`] : [])));
}

function leaves(fields: Fields, path: string): string[] {
  const parts = Object.entries(fields).filter(([name]) => name !== ".");
  if (parts.length === 0) return [path];
  return parts.flatMap(([name, inner]) => leaves(inner, `${path}.${name.replace(/^f:/, "")}`));
}
