import { findCondition } from "../../api/condition.ts";
import { type Outcome, wait } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import { foreignRelease } from "../../release/foreign-release.ts";
import type { Release } from "../../release/release.ts";
import { type Pass, state, stateGood } from "./pass.ts";
import { versionOfCluster } from "./version-of-cluster.ts";
import { versionSkew } from "./version-skew.ts";

const type = "ValidReleaseImage";
const retryMs = 20_000;

/** Reads the pool's release with the cluster's pull secret, and says whether it goes with the cluster's. */
export async function checkRelease(pass: Pass): Promise<Outcome> {
  const { pool, cluster, kube, options, signal } = pass;
  const secret = await kube.get(Secret, cluster.spec.pullSecret?.name ?? "", cluster.metadata?.namespace);
  const pullSecret = textOf(secret, ".dockerconfigjson") || undefined;
  const { image } = pool.spec.release;
  const foreign = foreignRelease("spec.release.image", image, options.allowedReleases);
  if (foreign) {
    state(pass, { type, status: "False", reason: "ValidationFailed", message: foreign });
    return wait("ValidationFailed", foreign, retryMs);
  }
  try {
    pass.release = await options.readRelease({ image, pullSecret, ca: options.trustBundle, signal });
  } catch (error) {
    const { message } = error as Error;
    const { reason: found } = error as { reason?: unknown };
    if (found === "RegistryUnreachable") return unanswered(pass, message);
    const reason = found === "ImageNotFound" ? "NotFound" : "ValidationFailed";
    state(pass, { type, status: "False", reason, message });
    return wait(reason, message, retryMs);
  }
  const { version } = pass.release;
  const unserved = unservedVersion(pass.release, options.supportedVersions);
  const skew = versionSkew(version, versionOfCluster(pass.cluster) ?? version);
  const newer = skew?.includes("newer") ? skew : undefined;
  state(pass, {
    type: "SupportedVersionSkew",
    status: skew ? "False" : "True",
    reason: skew ? "UnsupportedSkew" : "AsExpected",
    message: skew ?? "",
  });
  const problem = unserved ?? newer;
  if (problem) {
    state(pass, { type, status: "False", reason: "ValidationFailed", message: problem });
    return wait("ValidationFailed", problem, retryMs);
  }
  const { unasked } = pass.release;
  if (unasked) state(pass, kept(image, unasked));
  else stateGood(pass, type, `Using release image: ${image}`);
}

/** A registry that is away says nothing about a release: what was found of this spec before stays. */
function unanswered(pass: Pass, message: string): Outcome {
  const { pool } = pass;
  const before = findCondition(pool.status?.conditions, type);
  const wasValid = before?.status === "True" && before.observedGeneration === pool.metadata?.generation;
  const reason = "RegistryUnreachable";
  state(pass, wasValid ? kept(pool.spec.release.image, message) : { type, status: "Unknown", reason, message });
  return wait(reason, message, retryMs);
}

function kept(image: string, unasked: string) {
  const message = `Using release image: ${image}, as it was read before; it cannot be read now: ${unasked}`;
  return { type, status: "True", reason: "CachedRelease", message } as const;
}

function unservedVersion({ version }: Release, supported: readonly string[]): string | undefined {
  const minor = version.split(".").slice(0, 2).join(".");
  if (supported.includes(minor)) return undefined;
  return `the release ${version} is not supported by this operator, which runs ${supported.join(", ")}`;
}
