import { Drill } from "../api/drill.ts";
import { findCondition } from "../kube/conditions.ts";
import { drillPlan } from "../recovery/drill/drill-plan.ts";
import { readDrillSituation } from "../recovery/drill/read-drill-situation.ts";
import { choice, duration, flag, text } from "./arg.ts";
import { command } from "./command.ts";
import { until } from "./until.ts";

export default command({
  summary: "Try whether a hosted cluster can be restored, in a control plane that is thrown away",
  description: `
A backup is restored into a control plane of its own, which no node and nobody outside reaches; every check that needs no
nodes is run, and all of it is removed again. Tells how long it took until every check had passed (RTO) and how old the
backup was (RPO). The cluster itself is not touched. Ends with 1 where the drill failed.`,
  examples: ["drill --cluster demo --wait", "drill --cluster demo --from before-upgrade --wait -o json"],
  args: {
    cluster: text("The hosted cluster", { required: true, placeholder: "NAME", aliases: ["cluster-name"] }),
    namespace: text("Where its HostedCluster is", { default: "clusters", placeholder: "NAME", short: "n" }),
    from: text("The Backup, in the same namespace; the newest good one where absent", { placeholder: "BACKUP" }),
    wait: flag("Wait until it is over, and nothing is left of it"),
    // It goes on for an hour at most, and is removed after that.
    timeout: duration("How long to wait for it", { default: "75m" }),
    output: choice(["json"], "Another format than the table", { short: "o" }),
  },
  async run({ args, out, kube, signal }) {
    const { cluster, namespace, from } = args;
    const management = await kube();
    const { apiVersion, kind } = Drill;
    const asked: Drill = {
      apiVersion,
      kind,
      metadata: { generateName: `${cluster}-`, namespace },
      spec: { clusterName: cluster, ...(from && { from: { backupName: from } }) },
    };
    const plan = drillPlan(asked, await readDrillSituation(management, asked));
    if ("refusal" in plan) throw new Error(`Cannot drill ${namespace}/${cluster}: ${plan.refusal}`);
    const made = await management.create<Drill>(asked);
    const name = made.metadata?.name ?? "";
    if (!args.wait) {
      return out.line(`The Drill ${namespace}/${name} has begun: see "kubectl get drills -n ${namespace}"`);
    }
    const done = await out.step(`HostedCluster ${namespace}/${cluster}`, async (progress) => {
      let latest: Drill | undefined;
      await until(
        async () => {
          latest = await management.get(Drill, name, namespace);
          if (!latest) throw new Error(`The Drill ${namespace}/${name} was deleted before it was over`);
          if (latest.status?.completedAt) return true;
          return findCondition(latest.status?.conditions, "Succeeded")?.message ?? "waiting for the operator";
        },
        { what: `the Drill ${namespace}/${name}`, timeout: args.timeout, signal, onWait: progress.update },
      );
      progress.result(findCondition(latest?.status?.conditions, "Succeeded")?.message ?? "");
      return latest as Drill;
    });
    const { backupName, rtoSeconds, rpoSeconds, operations = [], checks = [] } = done.status ?? {};
    if (args.output === "json") {
      out.line(JSON.stringify({ backupName, rtoSeconds, rpoSeconds, operations, checks }, null, 2));
    } else {
      out.table(
        ["OPERATION", "STATE", "SECONDS", "WHAT IT DOES"],
        operations.map((each) => [each.name, each.state, secondsOf(each), each.title]),
      );
      out.line();
      out.table(
        ["CHECK", "RESULT", "SECONDS", "MESSAGE"],
        checks.map((each) => [each.name, each.result, (each.milliseconds / 1000).toFixed(1), each.message]),
      );
    }
    const succeeded = findCondition(done.status?.conditions, "Succeeded");
    if (succeeded?.status !== "True") throw new Error(`The drill failed: ${succeeded?.message}`);
  },
});

function secondsOf({ startedAt, completedAt }: { startedAt?: string; completedAt?: string }): string {
  const ms = Date.parse(completedAt ?? "") - Date.parse(startedAt ?? "");
  return Number.isNaN(ms) ? "" : (ms / 1000).toFixed(1);
}
