import { type Outcome, wait } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import { foreignRelease } from "../../release/foreign-release.ts";
import type { Release } from "../../release/release.ts";
import { type Pass, state, stateGood } from "./pass.ts";
import { versionOfCluster } from "./version-of-cluster.ts";
import { versionSkew } from "./version-skew.ts";

const retryMs = 20_000;

/** Reads the pool's release with the cluster's pull secret, and says whether it goes with the cluster's. */
export async function checkRelease(pass: Pass): Promise<Outcome> {
  const { pool, cluster, kube, options, signal } = pass;
  const secret = await kube.get(Secret, cluster.spec.pullSecret?.name ?? "", cluster.metadata?.namespace);
  const pullSecret = Buffer.from(secret?.data?.[".dockerconfigjson"] ?? "", "base64").toString("utf8") || undefined;
  const { image } = pool.spec.release;
  const foreign = foreignRelease("spec.release.image", image, options.allowedReleases);
  if (foreign) {
    state(pass, { type: "ValidReleaseImage", status: "False", reason: "ValidationFailed", message: foreign });
    return wait("ValidationFailed", foreign, retryMs);
  }
  try {
    pass.release = await options.readRelease({ image, pullSecret, ca: options.trustBundle, signal });
  } catch (error) {
    const reason = (error as { reason?: unknown }).reason === "ImageNotFound" ? "NotFound" : "ValidationFailed";
    state(pass, { type: "ValidReleaseImage", status: "False", reason, message: (error as Error).message });
    return wait(reason, (error as Error).message, retryMs);
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
    state(pass, { type: "ValidReleaseImage", status: "False", reason: "ValidationFailed", message: problem });
    return wait("ValidationFailed", problem, retryMs);
  }
  stateGood(pass, "ValidReleaseImage", `Using release image: ${image}`);
}

function unservedVersion({ version }: Release, supported: readonly string[]): string | undefined {
  const minor = version.split(".").slice(0, 2).join(".");
  if (supported.includes(minor)) return undefined;
  return `the release ${version} is not supported by this operator, which runs ${supported.join(", ")}`;
}
