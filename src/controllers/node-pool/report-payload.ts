import { ignitionReportsName, reportOf } from "../../ignition/token-index.ts";
import { ConfigMap } from "../../kube/kinds.ts";
import { tokenSecretName } from "./ensure-tokens.ts";
import { type Pass, state } from "./pass.ts";

/** Passes on what the ignition server says: whether the configuration can be made, and was fetched. */
export async function reportPayload(pass: Pass): Promise<void> {
  const { kube, pool, namespace, configHash: hash } = pass;
  const reports = await kube.get(ConfigMap, ignitionReportsName, namespace);
  const report = reportOf(reports, tokenSecretName(pool.metadata?.name ?? "", hash));
  const { reason = "", message = "", reached = false } = report ?? {};
  state(pass, {
    type: "ValidGeneratedPayload",
    status: reason === "AsExpected" ? "True" : reason === "" || reason === "PayloadNotReady" ? "Unknown" : "False",
    reason: reason || "WaitingForAvailable",
    message: message || "The ignition server has not looked at the configuration yet",
  });
  state(pass, {
    type: "ReachedIgnitionEndpoint",
    status: reached ? "True" : "False",
    reason: reached ? "AsExpected" : "ignitionNotReached",
    message: reached ? "" : "No machine has fetched the present configuration yet",
  });
}
