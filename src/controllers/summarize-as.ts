import type { Condition } from "../api/condition.ts";
import { type Context, Stalled, type Wait } from "../kube/controller.ts";
import type { Resource } from "../kube/resource.ts";
import { withConditions } from "./with-conditions.ts";

type Reported = Resource & { status?: { conditions?: Condition[] } };

/** States each pass in one condition: what it waits for or failed with, or else that all is as it should be. */
export function summarizeAs(type: string, good: { reason: string; message: string }) {
  return (object: Reported, { wait, error }: { wait?: Wait; error?: Error }, { now }: Context): void => {
    const problem =
      wait ?? (error && { reason: error instanceof Stalled ? error.reason : "Error", message: error.message });
    const { reason, message } = problem ?? good;
    const conditions = withConditions(object, [{ type, status: problem ? "False" : "True", reason, message }], now());
    object.status = { ...object.status, conditions };
  };
}
