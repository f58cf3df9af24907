/** The part of an OpenAPI schema that CRDs use. */
export interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema;
  enum?: (string | number)[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  "x-kubernetes-validations"?: { rule: string; message: string }[];
  "x-kubernetes-int-or-string"?: boolean;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
}

/** A place in a schema: `spec.services[].service`. */
export interface Field {
  path: string;
  schema: Schema;
}

/** The schema itself and everything in it, outermost first. */
export function fieldsOf(schema: Schema, path = ""): Field[] {
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    fieldsOf(property, path ? `${path}.${name}` : name),
  );
  const items = schema.items ? fieldsOf(schema.items, `${path}[]`) : [];
  return [{ path, schema }, ...properties, ...items];
}

/** A value in an object, with the schema's path of it and its own keys: `["spec", "services", 0, "service"]`. */
export interface Value {
  path: string;
  keys: (string | number)[];
  value: unknown;
  schema: Schema;
}

/** Every value of an object that the schema knows, outermost first. */
export function valuesOf(value: unknown, schema: Schema, path = "", keys: (string | number)[] = []): Value[] {
  const here: Value = { path, keys, value, schema };
  if (Array.isArray(value) && schema.items) {
    const { items } = schema;
    return [here, ...value.flatMap((item, index) => valuesOf(item, items, `${path}[]`, [...keys, index]))];
  }
  if (value === null || typeof value !== "object" || !schema.properties) return [here];
  const inner = Object.entries(value).flatMap(([name, field]) => {
    const property = schema.properties?.[name];
    return property ? valuesOf(field, property, path ? `${path}.${name}` : name, [...keys, name]) : [];
  });
  return [here, ...inner];
}
