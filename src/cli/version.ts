import { ConfigMap } from "../kube/kinds.ts";
import { supportedVersions } from "../release/supported-versions.ts";
import { choice, flag, text } from "./arg.ts";
import { command } from "./command.ts";
import { programVersion } from "./program-version.ts";

export default command({
  summary: "Show the versions of this program, the operator and the releases it can run",
  examples: ["version", "version --client-only"],
  notServed: ["commit-only"],
  args: {
    clientOnly: flag("Do not ask the management cluster"),
    namespace: text("Where the operator is installed", { default: "hypershift", placeholder: "NAME", short: "n" }),
    output: choice(["json", "yaml"], "Another format than text", { short: "o" }),
  },
  async run({ args, out, kube, facts }) {
    const client = programVersion(facts.root);
    const installed = args.clientOnly
      ? undefined
      : await (await kube()).get(ConfigMap, "supported-versions", args.namespace);
    const server = installed?.data?.["server-version"];
    const versions = (JSON.parse(installed?.data?.["supported-versions"] ?? "{}") as { versions?: string[] }).versions;
    const release = installed?.data?.["default-release-image"];
    if (args.output) {
      const report = {
        clientVersion: client,
        ...(server ? { serverVersion: server } : {}),
        supportedVersions: versions ?? supportedVersions,
        ...(release ? { defaultReleaseImage: release } : {}),
      };
      return args.output === "json" ? out.line(JSON.stringify(report, null, 2)) : out.yaml([report]);
    }
    out.line(`Client Version: ${client}`);
    if (!args.clientOnly) out.line(`Server Version: ${server ?? `not installed in namespace ${args.namespace}`}`);
    out.line(
      `${server ? "Server" : "Client"} Supports Kubernetes Versions: ${(versions ?? supportedVersions).join(", ")}`,
    );
    if (release) out.line(`Default Release: ${release}`);
  },
});
