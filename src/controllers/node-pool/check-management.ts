import { type Pass, state, stateGood } from "./pass.ts";

/** Says how the pool is managed: by which kind of update, by whom its size is chosen, whether nodes are repaired. */
export function checkManagement(pass: Pass): void {
  const { autoScaling, management } = pass.pool.spec;
  stateGood(pass, "UpdateManagementEnabled");
  stateGood(pass, "ValidPlatformConfig");
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
}
