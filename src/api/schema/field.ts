// The vocabulary that schemas are written in. Each function gives a TypeBox schema, so that the TypeScript type is
// inferred from what the API server enforces. Only tools and tests load this folder at run time: the rest of Roost
// uses the types.
import Type, { type Static, type TProperties, type TSchema } from "typebox";

/** A CEL rule that the API server enforces, with the sentence that a user gets who breaks it. */
export interface Rule {
  rule: string;
  message: string;
  /** Lets `oldSelf` be absent, so that the rule also holds on creation. */
  optionalOldSelf?: boolean;
  fieldPath?: string;
  reason?: "FieldValueRequired" | "FieldValueInvalid" | "FieldValueForbidden" | "FieldValueDuplicate";
}

interface Common {
  default?: unknown;
  rules?: readonly Rule[];
  nullable?: true;
}

interface TextOptions extends Common {
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: "date-time" | "uri" | "uuid" | "hostname";
}

interface NumberOptions extends Common {
  minimum?: number;
  maximum?: number;
  enum?: readonly number[];
}

interface ListOptions extends Common {
  minItems?: number;
  maxItems?: number;
  /** Who may own what in server-side apply: the whole list, or each entry. */
  listType?: "atomic" | "set" | "map";
  listMapKeys?: readonly string[];
}

interface ObjectOptions extends Common {
  minProperties?: number;
  maxProperties?: number;
  /** Server-side apply owns the whole object instead of each field. */
  atomic?: true;
}

function keywords(description: string, options: object): Record<string, unknown> {
  const { rules, listType, listMapKeys, atomic, ...rest } = options as Common & ListOptions & ObjectOptions;
  return {
    description,
    ...rest,
    ...(listType && { "x-kubernetes-list-type": listType }),
    ...(listMapKeys && { "x-kubernetes-list-map-keys": listMapKeys }),
    ...(atomic && { "x-kubernetes-map-type": "atomic" }),
    ...(rules?.length && { "x-kubernetes-validations": rules }),
  };
}

/** States a rule: `rule("self > 0", "write a number above 0")`. */
export function rule(expression: string, message: string, more: Partial<Rule> = {}): Rule {
  return { rule: expression, message, ...more };
}

/** The rule that a value never changes once it is there. */
export function immutable(message: string): Rule {
  return rule("self == oldSelf", message);
}

/**
 * The rule over an object, but not for objects that broke it before: what was accepted when the rule was not there yet
 * can still be changed elsewhere. Rules over a single field need no such thing: the API server does not check again what
 * has not changed.
 */
export function ratcheted({ rule: expression, message }: Rule): Rule {
  const before = expression.replaceAll(/\bself\./g, "oldSelf.value().");
  return rule(`(${expression}) || (oldSelf.hasValue() && !(${before}))`, message, { optionalOldSelf: true });
}

/** Marks a field that may be left out. */
export function optional<T extends TSchema>(schema: T) {
  return Type.Optional(schema);
}

export function text(description: string, options: TextOptions = {}) {
  return Type.Unsafe<string>({ type: "string", ...keywords(description, options) });
}

/** A string out of a fixed list. */
export function oneOf<const V extends string>(values: readonly V[], description: string, options: TextOptions = {}) {
  return Type.Unsafe<V>({ type: "string", enum: values, ...keywords(description, options) });
}

export function bool(description: string, options: Common = {}) {
  return Type.Unsafe<boolean>({ type: "boolean", ...keywords(description, options) });
}

export function int32(description: string, options: NumberOptions = {}) {
  return Type.Unsafe<number>({ type: "integer", format: "int32", ...keywords(description, options) });
}

export function int64(description: string, options: NumberOptions = {}) {
  return Type.Unsafe<number>({ type: "integer", format: "int64", ...keywords(description, options) });
}

/** A number, or a string that stands for one, such as `1` or `"25%"`. */
export function intOrString(description: string, options: TextOptions = {}) {
  return Type.Unsafe<number | string>({
    anyOf: [{ type: "integer" }, { type: "string" }],
    "x-kubernetes-int-or-string": true,
    ...keywords(description, options),
  });
}

/** An amount as Kubernetes writes it, such as `8Gi`. */
export function quantity(description: string, options: TextOptions = {}) {
  return intOrString(description, {
    pattern:
      "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$",
    ...options,
  });
}

/** A point in time in RFC 3339. */
export function time(description: string, options: TextOptions = {}) {
  return text(description, { format: "date-time", ...options });
}

export function list<T extends TSchema>(item: T, description: string, options: ListOptions = {}) {
  return Type.Unsafe<Static<T>[]>({ type: "array", items: item, ...keywords(description, options) });
}

/** Names to strings. */
export function map(description: string, options: ObjectOptions & { values?: TSchema } = {}) {
  const { values = Type.Unsafe<string>({ type: "string" }), ...rest } = options;
  return Type.Unsafe<Record<string, string>>({
    type: "object",
    additionalProperties: values,
    ...keywords(description, rest),
  });
}

export function object<P extends TProperties>(properties: P, description: string, options: ObjectOptions = {}) {
  return Type.Object(properties, keywords(description, options));
}

/** An object whose fields are somebody else's to define. */
export function anything<T = Record<string, unknown>>(description: string, options: ObjectOptions = {}) {
  return Type.Unsafe<T>({
    type: "object",
    "x-kubernetes-preserve-unknown-fields": true,
    ...keywords(description, options),
  });
}
