import { configHash } from "../rendering/config-hash.ts";

/** A short name for content: ten hexadecimal digits that change where anything in the value does. */
export function configVersion(value: unknown): string {
  return configHash(JSON.stringify(sorted(value)), 10);
}

/** The same value with the keys of its objects in order, so that their order never changes a hash. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
