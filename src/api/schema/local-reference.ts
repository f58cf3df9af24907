import { object, optional, text } from "./field.ts";

/** A reference to an object in the same namespace, by name. */
export function localReference(description: string) {
  return object({ name: optional(text("Name of the object.", { default: "" })) }, description, { atomic: true });
}
