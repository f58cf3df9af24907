import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { restoreSpec, restoreStatus } from "./schema/restore.ts";

/** Puts a hosted cluster back to what a backup holds. */
export type Restore = Resource & { spec: Static<typeof restoreSpec>; status?: Static<typeof restoreStatus> };
export const Restore = kind<Restore>("recovery.roost.dev/v1alpha1", "Restore", "restores");
