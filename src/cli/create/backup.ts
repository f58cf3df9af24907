import { Backup } from "../../api/backup.ts";
import { isAlreadyExists, isInvalid } from "../../kube/api-error.ts";
import { duration, flag, text } from "../arg.ts";
import { command } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { waitForBackup } from "../wait-for-backup.ts";
import { checkCluster } from "./check-cluster.ts";
import { locationOrOnly } from "./location-or-only.ts";

export default command({
  summary: "Back up a hosted cluster: its etcd, and all that belongs to it here",
  description: `
The cluster goes on as it is: no request fails or waits. The backup holds keys and Secrets of the cluster; give its
location recipients (age), or keep it where only you can read.`,
  examples: [
    "create backup --cluster demo --wait",
    "create backup --cluster demo --location store --name before-update",
  ],
  args: {
    cluster: text("The hosted cluster", { required: true, placeholder: "NAME", aliases: ["cluster-name"] }),
    namespace: text("Where its HostedCluster is", { default: "clusters", placeholder: "NAME", short: "n" }),
    location: text("The BackupLocation; the only one where absent", { placeholder: "NAME" }),
    name: text("The backup's name; made of the cluster's name and the time where absent", { placeholder: "NAME" }),
    wait: flag("Wait until it is complete"),
    timeout: duration("How long to wait", { default: "30m" }),
    render: flag("Print the Backup instead of making it"),
  },
  async run({ args, out, kube, signal, facts }) {
    const { cluster, namespace, timeout } = args;
    const name = args.name ?? `${cluster}-${facts.now().toISOString().slice(0, 19).replaceAll(/[-:T]/g, "")}`;
    const backup = (locationName: string): Backup => ({
      apiVersion: Backup.apiVersion,
      kind: Backup.kind,
      metadata: { name, namespace },
      spec: { clusterName: cluster, locationName },
    });
    if (args.render && args.location) return out.yaml([backup(args.location)]);
    const management = await kube();
    const locationName = await locationOrOnly(management, args.location);
    if (args.render) return out.yaml([backup(locationName)]);
    await checkCluster(management, cluster, namespace);
    try {
      await management.create(backup(locationName));
    } catch (error) {
      if (isAlreadyExists(error)) throw new Error(`The Backup ${namespace}/${name} exists already`);
      if (isInvalid(error)) throw new UsageError((error as Error).message);
      throw error;
    }
    if (args.wait) await waitForBackup({ kube: management, out, signal, name, namespace, timeout });
    else out.line(`Backup ${namespace}/${name} is being made; follow it with "hcp get backups -n ${namespace}"`);
  },
});
