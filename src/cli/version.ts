import { operatorNamespace } from "../api/operator-namespace.ts";
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
    namespace: text("Where the operator is installed; looked for where absent", { placeholder: "NAME", short: "n" }),
    output: choice(["json", "yaml"], "Another format than text", { short: "o" }),
  },
  async run({ args, out, kube, facts }) {
    const client = programVersion(facts.root);
    const management = args.clientOnly ? undefined : await kube();
    const namespace = args.namespace ?? (management && (await operatorNamespace(management)));
    const installed = namespace && (await management?.get(ConfigMap, "supported-versions", namespace));
    const data = installed ? installed.data : undefined;
    const server = data?.["server-version"];
    const versions = (JSON.parse(data?.["supported-versions"] ?? "{}") as { versions?: string[] }).versions;
    const release = data?.["default-release-image"];
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
    if (!args.clientOnly)
      out.line(
        `Server Version: ${server ?? (args.namespace ? `not installed in namespace ${args.namespace}` : "not installed")}`,
      );
    out.line(
      `${server ? "Server" : "Client"} Supports Kubernetes Versions: ${(versions ?? supportedVersions).join(", ")}`,
    );
    if (release) out.line(`Default Release: ${release}`);
  },
});
