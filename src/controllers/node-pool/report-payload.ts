import { ignitionReportsName, reportOf } from "../../ignition/token-index.ts";
import { reachedAnnotation } from "../../ignition/token-secret.ts";
import { ConfigMap, Secret } from "../../kube/kinds.ts";
import { tokenSecretName } from "./ensure-tokens.ts";
import { type Pass, state } from "./pass.ts";

/** Passes on what the ignition server says: whether the configuration can be made, and was fetched. */
export async function reportPayload(pass: Pass): Promise<void> {
  const { kube, pool, namespace, configHash: hash } = pass;
  const name = tokenSecretName(pool.metadata?.name ?? "", hash);
  const reports = await kube.get(ConfigMap, ignitionReportsName, namespace);
  const report = reportOf(reports, name);
  const { reason = "", message = "" } = report ?? {};
  const secret = await kube.get(Secret, name, namespace);
  const noted = secret?.metadata?.annotations?.[reachedAnnotation] === "true";
  const reached = noted || report?.reached === true;
  if (reached && !noted && secret) {
    await kube.patch(Secret, name, namespace, { metadata: { annotations: { [reachedAnnotation]: "true" } } });
  }
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
