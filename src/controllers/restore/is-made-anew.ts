import type { Restore } from "../../api/restore.ts";

/** Whether the cluster's objects were not there and are made by this restore, as its plan says. */
export const isMadeAnew = ({ status }: Restore): boolean =>
  status?.operations?.some(({ name }) => name === "make-objects") ?? false;
