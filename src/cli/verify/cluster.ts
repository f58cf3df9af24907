import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { Verification } from "../../api/verification.ts";
import { findCondition } from "../../kube/conditions.ts";
import { choice, duration, text } from "../arg.ts";
import { command } from "../command.ts";
import { until } from "../until.ts";
import { UsageError } from "../usage-error.ts";

export default command({
  summary: "Prove that a hosted cluster works: its data, its keys, its nodes",
  description: `
Asks the cluster's control-plane-operator to check what a restore has to prove, too: that etcd's members are one cluster
with one and the same data, that Secrets can be decrypted, that a token issued before is accepted, that nodes report, and
that logs, commands in pods, DNS and admission webhooks work. Ends with 1 where a check failed. Nothing is changed.`,
  examples: ["verify cluster --name demo", "verify cluster --name demo --try-for 5m -o json"],
  args: {
    name: text("The hosted cluster", { placeholder: "NAME" }),
    namespace: text("Where its HostedCluster is", { default: "clusters", placeholder: "NAME", short: "n" }),
    tryFor: duration("How long to try again what fails, at most 1h", { default: "0s" }),
    timeout: duration("How long to wait for the answer, beyond that", { default: "3m" }),
    output: choice(["json"], "Another format than the table", { short: "o" }),
  },
  async run({ args, out, kube, signal }) {
    const { name, namespace, tryFor } = args;
    if (!name) throw new UsageError("--name is required");
    const management = await kube();
    const cluster = await management.get(HostedCluster, name, namespace);
    if (!cluster) throw new Error(`There is no HostedCluster ${namespace}/${name}`);
    const asked = await management.create<Verification>({
      apiVersion: Verification.apiVersion,
      kind: Verification.kind,
      metadata: { generateName: "verify-", namespace: controlPlaneNamespace(cluster) },
      spec: { tryFor },
    });
    const done = await out.step(`HostedCluster ${namespace}/${name}`, async (progress) => {
      const latest = await completed(asked);
      progress.result(findCondition(latest.status?.conditions, "Succeeded")?.message ?? "");
      return latest;

      async function completed({ metadata }: Verification): Promise<Verification> {
        let found: Verification | undefined;
        await until(
          async () => {
            found = await management.get(Verification, metadata?.name ?? "", metadata?.namespace);
            if (!found) throw new Error(`The Verification ${metadata?.name} was deleted before it was complete`);
            if (found.status?.completedAt) return true;
            const running = findCondition(found.status?.conditions, "Reconciling")?.message;
            return running ?? "waiting for the control-plane-operator, which runs the checks";
          },
          {
            what: `the checks of ${namespace}/${name}`,
            timeout: `${args.timeout}${tryFor}`,
            signal,
            onWait: progress.update,
          },
        );
        return found as Verification;
      }
    });
    const results = done.status?.checks ?? [];
    if (args.output === "json") out.line(JSON.stringify(results, null, 2));
    else
      out.table(
        ["CHECK", "RESULT", "SECONDS", "MESSAGE"],
        results.map((each) => [each.name, each.result, (each.milliseconds / 1000).toFixed(1), each.message]),
      );
    const succeeded = findCondition(done.status?.conditions, "Succeeded");
    if (succeeded?.status !== "True") {
      throw new Error(`The hosted cluster ${namespace}/${name} is not as it should be: ${succeeded?.message}`);
    }
  },
});
