import type { Resource } from "../../kube/resource.ts";
import type { ObjectFacts } from "../manifest.ts";

/** An object as a backup holds it, and what it was in the management cluster it came from. */
export interface Recorded {
  facts: ObjectFacts;
  /** Whole, with its status and who wrote what of it, and without what another management cluster gives anew. */
  object: Resource;
}

/** Takes an object's identity apart from what it says. */
export function recorded(found: Resource): Recorded {
  const {
    uid = "",
    resourceVersion,
    ownerReferences = [],
    deletionTimestamp,
    generation: _generation,
    creationTimestamp: _creationTimestamp,
    ...metadata
  } = found.metadata ?? {};
  const { apiVersion = "", kind = "" } = found;
  const { name = "", namespace } = metadata;
  return {
    facts: {
      apiVersion,
      kind,
      ...(namespace && { namespace }),
      name,
      uid,
      ...(resourceVersion && { resourceVersion }),
      owners: ownerReferences,
      ...(deletionTimestamp && { deleting: true }),
    },
    object: { ...found, apiVersion, kind, metadata },
  };
}
