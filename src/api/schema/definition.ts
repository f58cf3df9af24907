import type { TSchema } from "typebox";
import type { Kind } from "../../kube/kind.ts";
import type { Rule } from "./field.ts";

/** A column of `kubectl get`. */
export interface Column {
  name: string;
  path: string;
  description: string;
  type?: "string" | "date" | "integer" | "boolean";
  /** Above 0: only in `-o wide`. */
  priority?: number;
}

/** Everything the generator needs to write one CustomResourceDefinition. */
export interface Definition {
  kind: Kind;
  singular: string;
  shortNames?: readonly string[];
  categories?: readonly string[];
  /** What `kubectl explain` says first. */
  description: string;
  spec?: TSchema;
  /** Whether an object without `spec` is refused. */
  specRequired?: boolean;
  status?: TSchema;
  /** Rules over the whole object, such as those over the presence of fields in `spec`. */
  rules?: readonly Rule[];
  columns: readonly Column[];
  /** Other served versions of the same shape. */
  alsoServed?: readonly string[];
  scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string };
  labels?: Readonly<Record<string, string>>;
}

/** The column that every kind ends with. */
export const age: Column = {
  name: "Age",
  path: ".metadata.creationTimestamp",
  type: "date",
  description: "When the object was made.",
};
