import type { Backup } from "../../api/backup.ts";
import type { ConditionUpdate } from "../../api/condition.ts";
import type { Context } from "../../kube/controller.ts";
import type { Step } from "../run-steps.ts";
import { type Course, stateCourse } from "../state-course.ts";
import { withConditions } from "../with-conditions.ts";
import type { BackupOptions } from "./controller.ts";

/** One look at a Backup. Steps share it. */
export interface Pass extends Context {
  backup: Backup;
  options: BackupOptions;
}

/** A step of the backup controller. */
export type BackupStep = Step<Pass>;

/** What the steps share. */
export function lookAt(backup: Backup, context: Context, options: BackupOptions): Pass {
  return { ...context, backup, options };
}

/** States a condition of the Backup, and where it is going: nowhere where `course` is empty. */
export function state({ backup, now }: Pass, update: ConditionUpdate, course: Course = {}): void {
  const conditions = withConditions(backup, [update], now());
  backup.status = { ...backup.status, conditions };
  stateCourse(backup, course, now());
}
