import { reachedAnnotation } from "../../ignition/token-secret.ts";
import { Secret } from "../../kube/kinds.ts";
import { tokenSecretName } from "./ensure-tokens.ts";
import { type Pass, state } from "./pass.ts";

/** Passes on what the ignition server wrote into the token Secret: whether the configuration can be made, and was fetched. */
export async function reportPayload(pass: Pass): Promise<void> {
  const { kube, pool, namespace, configHash: hash } = pass;
  const secret = await kube.get(Secret, tokenSecretName(pool.metadata?.name ?? "", hash), namespace);
  const text = (key: string) => Buffer.from(secret?.data?.[key] ?? "", "base64").toString("utf8");
  const reason = text("reason");
  state(pass, {
    type: "ValidGeneratedPayload",
    status: reason === "AsExpected" ? "True" : reason === "" || reason === "PayloadNotReady" ? "Unknown" : "False",
    reason: reason || "WaitingForAvailable",
    message: text("message") || "The ignition server has not looked at the configuration yet",
  });
  const reached = secret?.metadata?.annotations?.[reachedAnnotation] === "true";
  state(pass, {
    type: "ReachedIgnitionEndpoint",
    status: reached ? "True" : "False",
    reason: reached ? "AsExpected" : "ignitionNotReached",
    message: reached ? "" : "No machine has fetched the present configuration yet",
  });
}
