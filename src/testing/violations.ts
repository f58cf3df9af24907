import type { Schema, Value } from "./schema-fields.ts";

/** A kind of limit that a schema can set. */
export const limits = [
  "enum",
  "pattern",
  "format",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
] as const;
export type Limit = (typeof limits)[number];

/** Whether the schema sets that limit, in a way that a value can break it. */
export function hasLimit(schema: Schema, limit: Limit): boolean {
  if (limit === "format") return schema.format !== undefined && schema.format in wrong;
  // Defaults fill an empty object.
  if (limit === "minProperties" && Object.values(schema.properties ?? {}).some((each) => "default" in each))
    return false;
  if (limit === "minLength") return (schema.minLength ?? 0) > 0;
  return schema[limit] !== undefined;
}

const wrong: Record<string, string> = { "date-time": "yesterday", uuid: "x", uri: "", hostname: "_!" };

/** A value near the given one that breaks the limit. `examples` are valid values of the schema's fields, by name. */
export function violation({ value, schema }: Value, limit: Limit, examples: Record<string, unknown>): unknown {
  switch (limit) {
    case "enum":
      return schema.type === "integer" ? 2 : "none-of-them";
    case "pattern":
      return "/ :, /";
    case "format":
      return wrong[schema.format ?? ""];
    case "minLength":
      return "a".repeat((schema.minLength ?? 1) - 1);
    case "maxLength":
      return "a".repeat((schema.maxLength ?? 0) + 1);
    case "minimum":
      return (schema.minimum ?? 0) - 1;
    case "maximum":
      return (schema.maximum ?? 0) * 2 + 1;
    case "minItems":
      return (value as unknown[]).slice(0, (schema.minItems ?? 1) - 1);
    case "maxItems":
      return Array.from({ length: (schema.maxItems ?? 0) + 1 }, (_, index) => distinct((value as unknown[])[0], index));
    case "minProperties":
      return {};
    case "maxProperties":
      if (schema.properties) return { ...examples, ...(value as object) };
      return Object.fromEntries(
        Array.from({ length: (schema.maxProperties ?? 0) + 1 }, (_, index) => [`k${index}`, "v"]),
      );
  }
}

/** The item, with every text in it made different from that of the other indexes: lists may refuse equal items. */
function distinct(item: unknown, index: number): unknown {
  if (typeof item === "string") return `${item}${index}`;
  if (item === null || typeof item !== "object" || Array.isArray(item)) return item;
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, distinct(value, index)]));
}
