import { type ConditionUpdate, findCondition } from "../../kube/conditions.ts";
import type { Outcome } from "../../kube/controller.ts";
import { wait } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import { foreignRelease } from "../../release/foreign-release.ts";
import { type Pass, state } from "./pass.ts";

const type = "ValidReleaseImage";
const retryMs = 20_000;

/** Reads the release image with the cluster's pull secret, in the condition ValidReleaseImage. */
export async function checkRelease(pass: Pass): Promise<Outcome> {
  const { cluster, kube, options, signal } = pass;
  const foreign = [
    foreignRelease("spec.release.image", cluster.spec.release.image, options.allowedReleases),
    foreignRelease("spec.controlPlaneRelease.image", cluster.spec.controlPlaneRelease?.image, options.allowedReleases),
  ].filter((each) => each !== undefined);
  // The registry is not asked: it may be its author's own, and answer whatever it likes to an operator that all share.
  if (foreign.length > 0) return refuse(pass, "InvalidImage", foreign.join("; "));
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
  const { image } = cluster.spec.release;
  const ahead = cluster.spec.controlPlaneRelease?.image;
  const access = { pullSecret: pass.pullSecret, ca: options.trustBundle, signal };
  try {
    pass.release = await options.readRelease({ ...access, image });
    pass.controlPlaneRelease = pass.release;
    if (ahead) pass.controlPlaneRelease = await options.readRelease({ ...access, image: ahead });
  } catch (error) {
    const reason = (error as { reason?: unknown }).reason;
    // A registry that is away for a while says nothing about a release.
    if (reason === "RegistryUnreachable") return unanswered(pass, (error as Error).message);
    return refuse(pass, reason === "ImageNotFound" ? "NotFound" : "InvalidImage", (error as Error).message);
  }
  const unasked = pass.release.unasked ?? pass.controlPlaneRelease.unasked;
  if (unasked) state(pass, kept(unasked));
  else state(pass, { type, status: "True", reason: "AsExpected", message: "Release image is valid" });
}

function unanswered(pass: Pass, message: string): Outcome {
  const reason = "RegistryUnreachable";
  state(pass, wasValid(pass) ? kept(message) : { type, status: "Unknown", reason, message });
  return wait(reason, message, retryMs);
}

function kept(unasked: string): ConditionUpdate {
  const message = `Release image is valid as it was read before; it cannot be read now: ${unasked}`;
  return { type, status: "True", reason: "CachedRelease", message };
}

function refuse(pass: Pass, reason: string, message: string): Outcome {
  state(pass, { type, status: "False", reason, message });
  return wait(reason, message, retryMs);
}

/** Whether the release image was found to be right for the spec as it is now. */
function wasValid({ cluster }: Pass): boolean {
  const before = findCondition(cluster.status?.conditions, type);
  return before?.status === "True" && before.observedGeneration === cluster.metadata?.generation;
}
