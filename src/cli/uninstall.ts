import { Agent } from "../api/agent.ts";
import { Backup } from "../api/backup.ts";
import { Drill } from "../api/drill.ts";
import { HostedCluster } from "../api/hosted-cluster.ts";
import { HostedControlPlane } from "../api/hosted-control-plane.ts";
import { InfraEnv } from "../api/infra-env.ts";
import { NodePool } from "../api/node-pool.ts";
import { operatorNamespace } from "../api/operator-namespace.ts";
import type { Kind } from "../kube/kind.ts";
import { ConfigMap, DaemonSet, Deployment, Namespace, PersistentVolumeClaim, StatefulSet } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";
import type { Resource } from "../kube/resource.ts";
import { checked, duration, flag } from "./arg.ts";
import { command } from "./command.ts";
import { nameCheck } from "./create/check-words.ts";
import { everythingInstalled } from "./uninstall/everything-installed.ts";
import { installedCrds } from "./uninstall/installed-crds.ts";
import { until } from "./until.ts";

export default command({
  summary: "Remove the operator from the management cluster",
  description: `
Removes what "hcp install" made: the operator, Cluster API, their rights, the priority classes, the namespace. Refuses
while there are hosted clusters, or a drill is not over. The definitions stay unless --delete-crds is given, which is
refused while there are Agents, InfraEnvs, Backups or Drills. Running it again after it was stopped goes on where it
was.`,
  examples: ["uninstall", "uninstall --delete-crds"],
  args: {
    namespace: checked("Where the operator is installed; looked for where absent", nameCheck, { placeholder: "NAME" }),
    deleteCrds: flag("Remove the CustomResourceDefinitions, too"),
    timeout: duration("How long to wait until everything is gone", { default: "5m" }),
  },
  async run({ args, out, kube, facts, signal }) {
    const management = await kube();
    // First, because its control plane is no cluster that one could destroy.
    await refuseWhile(
      management,
      [Drill],
      (kinds) =>
        `There ${kinds} not over, and without the operator nobody removes what a drill made: wait until it is over, or delete it`,
      (drill) => !(drill as Drill).status?.completedAt,
    );
    await refuseWhile(
      management,
      [HostedCluster, HostedControlPlane, NodePool],
      (kinds) => `There ${kinds}: remove them first with "hcp destroy cluster" and "hcp destroy nodepool"`,
    );
    if (args.deleteCrds) {
      await refuseWhile(
        management,
        [Agent, InfraEnv, Drill],
        (kinds) =>
          `There ${kinds}, which would go with their definitions: delete them first, or leave out --delete-crds`,
      );
      await refuseWhile(
        management,
        [Backup],
        (kinds) =>
          `There ${kinds}, and without their definition nobody knows what lies in their locations: delete them first with "hcp destroy backup" (--keep-stored leaves what is stored), or leave out --delete-crds`,
      );
    }
    const namespace = args.namespace ?? (await operatorNamespace(management));
    if (!namespace && !args.deleteCrds) throw new Error("The operator is not installed: there is nothing to remove");
    const waiting = { timeout: args.timeout, signal };
    if (namespace) {
      await out.step(`Operator in namespace ${namespace}`, async (progress) => {
        const count = await remove(management, everythingInstalled(namespace));
        progress.result(`${count} objects removed`);
      });
      await out.step(`Namespace ${namespace}`, async (progress) => {
        progress.result(await removeNamespace(management, namespace, { ...waiting, onWait: progress.update }));
      });
    }
    if (!args.deleteCrds) return;
    await out.step("CustomResourceDefinitions", async (progress) => {
      const crds = await installedCrds(management, facts.root);
      await remove(management, crds);
      const look = async () => {
        const left = (await installedCrds(management, facts.root)).length;
        return left === 0 || `${left} left`;
      };
      await until(look, { what: "the CustomResourceDefinitions to go", ...waiting, onWait: progress.update });
      progress.result(`${crds.length} removed`);
    });
  },
});

/** Throws where there are such objects of these kinds. `sentence` is given "is 1 HostedCluster (clusters/demo)". */
async function refuseWhile(
  kube: Kube,
  kinds: Kind[],
  sentence: (there: string) => string,
  counts: (object: Resource) => boolean = () => true,
): Promise<void> {
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const objects = await kube.list<Resource>(kind, { optional: true });
      return { kind: kind.kind, objects: objects.filter(counts) };
    }),
  );
  const there = found.filter(({ objects }) => objects.length > 0);
  const [first] = there;
  if (!first) return;
  const listed = there.map(({ kind, objects }) => {
    const names = objects.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
    return `${objects.length} ${kind}${objects.length > 1 ? "s" : ""} (${names.slice(0, 3).join(", ")}${names.length > 3 ? ", ..." : ""})`;
  });
  throw new Error(sentence(`${first.objects.length > 1 ? "are" : "is"} ${listed.join(", ")}`));
}

/** Removes objects that are there. The ConfigMap by which the operator is found goes last. */
async function remove(kube: Kube, objects: readonly Resource[]): Promise<number> {
  let count = 0;
  const last = objects.filter(isMark);
  for (const group of [objects.filter((object) => !isMark(object)), last]) {
    await Promise.all(
      group.map(async ({ apiVersion = "", kind = "", metadata }) => {
        const known = await kube.kindOf(apiVersion, kind);
        if (known && (await kube.delete(known, metadata?.name ?? "", metadata?.namespace))) count++;
      }),
    );
  }
  return count;
}

function isMark({ kind, metadata }: Resource): boolean {
  return kind === ConfigMap.kind && metadata?.name === "supported-versions";
}

/** The namespace goes with what the operator made in it, unless somebody else runs something there. */
async function removeNamespace(
  kube: Kube,
  namespace: string,
  options: { timeout: string; signal: AbortSignal; onWait: (why: string) => void },
): Promise<string> {
  const kinds: Kind[] = [Deployment, StatefulSet, DaemonSet, PersistentVolumeClaim];
  const others = (
    await Promise.all(
      kinds.map(async (kind) =>
        (
          await kube.list(kind, { namespace })
        )
          .filter(({ metadata }) => !metadata?.deletionTimestamp)
          .map(({ metadata }) => `${kind.kind} ${metadata?.name}`),
      ),
    )
  ).flat();
  if (others.length > 0) return `stays, because it holds ${others.join(", ")}`;
  if (/^(default$|kube-)/.test(namespace)) return "stays: it is the management cluster's own";
  await kube.delete(Namespace, namespace);
  await until(async () => ((await kube.get(Namespace, namespace)) ? "it is being emptied" : true), {
    what: `the namespace ${namespace} to go`,
    ...options,
  });
  return "removed";
}
