import type { Outcome } from "../../kube/controller.ts";
import { wait } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import { type Pass, state } from "./pass.ts";

const retryMs = 20_000;

/** Reads the release image with the cluster's pull secret, in the condition ValidReleaseImage. */
export async function checkRelease(pass: Pass): Promise<Outcome> {
  const { cluster, kube, options, signal } = pass;
  const name = cluster.spec.pullSecret?.name ?? "";
  const secret = await kube.get(Secret, name, cluster.metadata?.namespace);
  const encoded = secret?.data?.[".dockerconfigjson"];
  if (!encoded) {
    return refuse(
      pass,
      "SecretNotFound",
      secret
        ? `the pull secret ${name} has no key .dockerconfigjson: create it with "kubectl create secret docker-registry" or --from-file=.dockerconfigjson=FILE`
        : `the pull secret ${name} is missing in namespace ${cluster.metadata?.namespace}: create it`,
    );
  }
  pass.pullSecret = Buffer.from(encoded, "base64").toString("utf8");
  const image = cluster.spec.release.image;
  try {
    pass.release = await options.readRelease({ image, pullSecret: pass.pullSecret, ca: options.trustBundle, signal });
  } catch (error) {
    const reason = (error as { reason?: unknown }).reason;
    return refuse(pass, reason === "ImageNotFound" ? "NotFound" : "InvalidImage", (error as Error).message);
  }
  state(pass, { type: "ValidReleaseImage", status: "True", reason: "AsExpected", message: "Release image is valid" });
}

function refuse(pass: Pass, reason: string, message: string): Outcome {
  state(pass, { type: "ValidReleaseImage", status: "False", reason, message });
  return wait(reason, message, retryMs);
}
