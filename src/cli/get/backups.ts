import { Backup } from "../../api/backup.ts";
import { findCondition } from "../../kube/conditions.ts";
import { age } from "../age.ts";
import { choice, flag, positional, text } from "../arg.ts";
import { command } from "../command.ts";
import { found } from "./found.ts";
import { listStored } from "./list-stored.ts";

export default command({
  summary: "List the backups",
  description: `
With --location, the location itself is looked into, and what it holds is listed, whoever made it: also backups of
clusters, and of a management cluster, that are gone.`,
  examples: ["get backups", "get backups --cluster demo -o wide", "get backups --location store"],
  args: {
    name: positional("Only this one"),
    namespace: text("Only in this namespace", { short: "n", placeholder: "NAME" }),
    cluster: text("Only of this hosted cluster", { placeholder: "NAME", aliases: ["cluster-name"] }),
    location: text("What this BackupLocation holds", { placeholder: "NAME" }),
    allNamespaces: flag("In all namespaces, which is the default", { short: "A" }),
    output: choice(["wide", "json", "yaml", "name"], "Another format than the table", { short: "o" }),
  },
  async run({ args, out, kube, signal, facts }) {
    const management = await kube();
    if (args.location !== undefined) return listStored(args.location, { args, out, management, signal, facts });
    const { objects, none } = await found(management, Backup, args, "hcp create backup");
    out.objects(
      objects.filter(({ spec }) => !args.cluster || spec.clusterName === args.cluster),
      [
        { title: "NAMESPACE", value: ({ metadata }) => metadata?.namespace },
        { title: "NAME", value: ({ metadata }) => metadata?.name },
        { title: "CLUSTER", value: ({ spec }) => spec.clusterName },
        { title: "LOCATION", value: ({ spec }) => spec.locationName },
        { title: "SUCCEEDED", value: ({ status }) => findCondition(status?.conditions, "Succeeded")?.status },
        { title: "VERIFIED", value: ({ status }) => findCondition(status?.conditions, "Verified")?.status },
        { title: "BYTES", value: ({ status }) => status?.bytes },
        { title: "AGE", value: ({ metadata }) => age(metadata?.creationTimestamp, facts.now()) },
        { title: "VERSION", value: ({ status }) => status?.version, wide: true },
        { title: "REVISION", value: ({ status }) => status?.revision, wide: true },
        { title: "PATH", value: ({ status }) => status?.path, wide: true },
        {
          title: "MESSAGE",
          value: ({ status }) => {
            const [succeeded, verified] = ["Succeeded", "Verified"].map((type) =>
              findCondition(status?.conditions, type),
            );
            if (succeeded?.status !== "True") return succeeded?.message;
            return verified?.status === "False" ? verified.message : "";
          },
        },
      ],
      { format: args.output, one: args.name !== undefined, none },
    );
  },
});
