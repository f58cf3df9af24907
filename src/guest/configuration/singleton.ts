import type { Resource } from "../../kube/resource.ts";
import { configApiVersion } from "../config-api/config-kinds.ts";

/** An object of config.openshift.io. A status is applied after the object itself. */
export type Singleton = Resource & { spec: object; status?: object };

/** The one object of a kind of config.openshift.io. */
export function singleton(kind: string, spec: object, status?: object, name = "cluster"): Singleton {
  return { apiVersion: configApiVersion, kind, metadata: { name }, spec, ...(status && { status }) };
}
