import { object, text } from "../field.ts";

/** A reference to a ConfigMap or Secret of the HostedCluster's namespace. */
export function nameReference(description: string) {
  return object({ name: text("Name of the object.") }, description);
}
