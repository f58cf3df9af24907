import { type Outcome, wait } from "../../kube/controller.ts";
import { type Pass, state, stateGood } from "./pass.ts";
import { settingProblems } from "./setting-problems.ts";

/** Says how the pool is managed: by which kind of update, by whom its size is chosen, whether nodes are repaired. */
export function checkManagement(pass: Pass): Outcome {
  const { autoScaling, management } = pass.pool.spec;
  stateGood(pass, "UpdateManagementEnabled");
  const problem = settingProblems(pass.pool).join("; ");
  if (problem) state(pass, { type: "ValidPlatformConfig", status: "False", reason: "InvalidConfig", message: problem });
  else stateGood(pass, "ValidPlatformConfig");
  state(pass, {
    type: "AutoscalingEnabled",
    status: autoScaling ? "True" : "False",
    reason: "AsExpected",
    message: autoScaling
      ? `Between ${autoScaling.min} and ${autoScaling.max} nodes; the cluster autoscaler is not served yet, so the pool stays at its present size`
      : "",
  });
  state(pass, {
    type: "AutorepairEnabled",
    status: management.autoRepair ? "True" : "False",
    reason: "AsExpected",
  });
  if (problem) return wait("InvalidConfig", problem, 3_600_000);
}
