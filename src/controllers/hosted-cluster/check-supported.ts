import { Stalled } from "../../kube/controller.ts";
import { platforms } from "../../platforms/index.ts";
import { type Pass, state } from "./pass.ts";

/** Refuses what this operator does not serve, in the condition SupportedHostedCluster. */
export function checkSupported(pass: Pass): void {
  const problem = unsupported(pass);
  state(pass, {
    type: "SupportedHostedCluster",
    status: problem ? "False" : "True",
    reason: problem ? "UnsupportedHostedCluster" : "AsExpected",
    message: problem ?? "HostedCluster is supported by operator configuration",
  });
  if (problem) throw new Stalled("UnsupportedHostedCluster", problem);
  // None of the platforms served so far needs credentials.
  state(pass, {
    type: "PlatformCredentialsFound",
    status: "True",
    reason: "AsExpected",
    message: "Required platform credentials are found",
  });
}

function unsupported({ cluster: { spec } }: Pass): string | undefined {
  if (!(spec.platform.type in platforms)) {
    return `the platform ${spec.platform.type} is not served yet; served are ${Object.keys(platforms).join(", ")}`;
  }
  if (spec.secretEncryption?.type === "kms") {
    return "secretEncryption.type kms is not served yet: use aescbc";
  }
  return undefined;
}

/** Refuses a release that this operator cannot run; known only once the release was read. */
export function checkVersion(pass: Pass): void {
  const { release, options, cluster } = pass;
  const minor = release?.version.split(".").slice(0, 2).join(".") ?? "";
  if (!release || options.supportedVersions.includes(minor)) return;
  if (cluster.metadata?.annotations?.["hypershift.openshift.io/skip-release-image-validation"]) return;
  const message = `the release ${release.version} is not supported by this operator, which runs ${options.supportedVersions.join(", ")}`;
  state(pass, { type: "ValidReleaseImage", status: "False", reason: "InvalidImage", message });
  throw new Stalled("InvalidImage", message);
}
