import { Restore } from "../../api/restore.ts";
import { findCondition } from "../../kube/conditions.ts";
import { Namespace } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { backupPath } from "../../recovery/manifest.ts";
import { readSituation } from "../../recovery/plan/read-situation.ts";
import { restorePlan } from "../../recovery/plan/restore-plan.ts";
import { checked, duration, flag, text } from "../arg.ts";
import { command } from "../command.ts";
import { until } from "../until.ts";
import { UsageError } from "../usage-error.ts";

export default command({
  summary: "Put a hosted cluster back to what a backup holds, here or where nothing is left of it",
  description: `
The control plane is stopped, each member of etcd gets the backup's snapshot, and the control plane starts again; nodes and
their pods run on. It is a success only once every check of "hcp verify cluster" has passed. What fails before the API
serves again is taken back. Whatever was written since the backup is gone.

Where the HostedCluster is not there, all of the cluster is made again first, as in a new management cluster: give
--location, and --from as "hcp get backups --location" lists it. There are never to be two of one cluster: it is refused
while the former control plane answers, and where nobody can be asked, you say with --former-is-gone that it never comes
back. No host is touched: Machines are taken over as they were, and held until everything is proved.`,
  examples: [
    "restore cluster --name demo --from before-upgrade --plan",
    "restore cluster --name demo --from before-upgrade --wait",
    "restore cluster --name demo --location offsite --from before-upgrade --former-is-gone --wait",
    "restore cluster --name demo --at 2026-01-31T18:00:00Z --wait",
  ],
  args: {
    name: text("The hosted cluster", { placeholder: "NAME" }),
    namespace: text("Where its HostedCluster is", { default: "clusters", placeholder: "NAME", short: "n" }),
    from: text("The Backup, in the same namespace", { placeholder: "BACKUP" }),
    location: text(
      "The BackupLocation that it lies in, where there is no Backup of it here; that of the changes with --at",
      {
        placeholder: "NAME",
      },
    ),
    at: checked("A time since which its changes were shipped, instead of a backup", timeProblem, {
      placeholder: "TIME",
    }),
    "former-is-gone": flag("The former control plane is gone and never comes back: I have seen to that"),
    plan: flag("Print what would be done, and do nothing"),
    wait: flag("Wait until it is over"),
    timeout: duration("How long to wait for it", { default: "30m" }),
  },
  async run({ args, out, kube, signal, facts }) {
    const { name, namespace } = args;
    if (!name) throw new UsageError("--name is required");
    const from = source(args, { namespace, name });
    const management = await kube();
    const { apiVersion, kind } = Restore;
    const metadata = { generateName: `${name}-`, namespace };
    const spec = { clusterName: name, from, ...(args["former-is-gone"] && { formerIsGone: true }) };
    const asked: Restore = { apiVersion, kind, metadata, spec };
    const plan = restorePlan(asked, await readSituation(management, asked), facts.now());
    if ("refusal" in plan) throw new Error(`Cannot restore ${namespace}/${name}: ${plan.refusal}`);
    if (args.plan) {
      return out.table(
        ["OPERATION", "WHAT IT DOES"],
        plan.operations.map((operation) => [operation.name, operation.title]),
      );
    }
    if (args.location) await ensureNamespace(management, namespace);
    const made = await management.create<Restore>(asked);
    const restore = made.metadata?.name ?? "";
    if (!args.wait)
      return out.line(`The Restore ${namespace}/${restore} has begun: see "kubectl get restores -n ${namespace}"`);
    await out.step(`HostedCluster ${namespace}/${name}`, async (progress) => {
      let latest: Restore | undefined;
      await until(
        async () => {
          latest = await management.get(Restore, restore, namespace);
          if (!latest) throw new Error(`The Restore ${namespace}/${restore} was deleted before it was over`);
          if (latest.status?.completedAt) return true;
          return findCondition(latest.status?.conditions, "Succeeded")?.message ?? "waiting for the operator";
        },
        { what: `the Restore ${namespace}/${restore}`, timeout: args.timeout, signal, onWait: progress.update },
      );
      const succeeded = findCondition(latest?.status?.conditions, "Succeeded");
      if (succeeded?.status !== "True") throw new Error(`The restore failed: ${succeeded?.message}`);
      progress.result(succeeded.message);
    });
  },
});

/** A management cluster that is new has none. */
async function ensureNamespace(kube: Kube, name: string): Promise<void> {
  if (await kube.get(Namespace, name)) return;
  await kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
}

/** What to put it back to: exactly one thing. */
function source(
  { from, at, location }: { from?: string; at?: string; location?: string },
  cluster: { namespace: string; name: string },
): Restore["spec"]["from"] {
  if (from && at) throw new UsageError("--from and --at exclude each other", "give a backup or a time");
  if (at) return { time: new Date(at).toISOString(), ...(location && { locationName: location }) };
  if (!from) throw new UsageError("--from or --at is required");
  return location ? { locationName: location, path: backupPath(cluster, from) } : { backupName: from };
}

function timeProblem(value: string): string | undefined {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
  return isTime && !Number.isNaN(Date.parse(value)) ? undefined : "a time such as 2026-01-31T18:00:00Z";
}
