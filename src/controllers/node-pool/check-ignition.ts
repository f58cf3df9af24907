import { type Outcome, wait } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import { type Pass, state } from "./pass.ts";

/** The Secret with the ignition server's certificate and its authority. */
export const ignitionSecret = "ignition-server";

/** Finds out where machines fetch their configuration, and how they know the server for the right one. */
export async function checkIgnition(pass: Pass): Promise<Outcome> {
  const { cluster, kube, namespace } = pass;
  const endpoint = cluster.status?.ignitionEndpoint;
  if (!endpoint) return missing(pass, "IgnitionEndpointMissing", "The address of the ignition server is not known yet");
  const secret = await kube.get(Secret, ignitionSecret, namespace);
  const ca = textOf(secret, "ca.crt");
  if (!ca) {
    return missing(
      pass,
      "IgnitionCACertMissing",
      `Secret ${ignitionSecret} in namespace ${namespace} has no ca.crt yet`,
    );
  }
  pass.ignition = { endpoint, ca };
}

function missing(pass: Pass, reason: string, message: string): Outcome {
  state(pass, { type: "ReachedIgnitionEndpoint", status: "False", reason, message });
  return wait(reason, message, 15_000);
}
