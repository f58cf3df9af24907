import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { drillSpec, drillStatus } from "./schema/drill.ts";

/** Tries whether a hosted cluster can be restored from a backup, in a control plane that is thrown away. */
export type Drill = Resource & { spec: Static<typeof drillSpec>; status?: Static<typeof drillStatus> };
export const Drill = kind<Drill>("recovery.roost.dev/v1alpha1", "Drill", "drills");
