/** Changes by path, such as `{ "spec.services.0.service": "APIServer" }`; undefined takes the field away. */
export type Changes = Record<string, unknown>;

/** A deep copy of the object with the changes made, in their order. Objects on the way are made where missing. */
export function changed<T extends object>(object: T, changes: Changes): T {
  const copy = structuredClone(object);
  for (const [path, value] of Object.entries(changes)) set(copy, path.split("."), value);
  return copy;
}

function set(object: object, keys: string[], value: unknown): void {
  const [key = "", ...rest] = keys;
  const fields = object as Record<string, unknown>;
  if (rest.length > 0) {
    fields[key] ??= {};
    set(fields[key] as object, rest, value);
  } else if (value === undefined) delete fields[key];
  else fields[key] = value;
}
