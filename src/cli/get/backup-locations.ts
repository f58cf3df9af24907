import { BackupLocation } from "../../api/backup-location.ts";
import { findCondition } from "../../kube/conditions.ts";
import { age } from "../age.ts";
import { choice, positional } from "../arg.ts";
import { command } from "../command.ts";
import { found } from "./found.ts";

export default command({
  summary: "List the places that backups are kept in",
  examples: ["get backup-locations", "get backup-locations store -o yaml"],
  args: {
    name: positional("Only this one"),
    output: choice(["wide", "json", "yaml", "name"], "Another format than the table", { short: "o" }),
  },
  async run({ args, out, kube, facts }) {
    const { objects, none } = await found(await kube(), BackupLocation, args, "hcp create backup-location");
    out.objects(
      objects,
      [
        { title: "NAME", value: ({ metadata }) => metadata?.name },
        { title: "AVAILABLE", value: ({ status }) => findCondition(status?.conditions, "Available")?.status },
        { title: "BACKUPS", value: ({ status }) => status?.backupCount },
        { title: "PLACE", value: ({ spec }) => placeOf(spec) },
        { title: "ENCRYPTED", value: ({ spec }) => (spec.encryption ? "yes" : "no") },
        { title: "AGE", value: ({ metadata }) => age(metadata?.creationTimestamp, facts.now()) },
        { title: "MESSAGE", value: ({ status }) => findCondition(status?.conditions, "Available")?.message },
      ],
      { format: args.output, one: args.name !== undefined, none },
    );
  },
});

function placeOf({ s3, volume }: BackupLocation["spec"]): string {
  if (!s3) return `claim ${volume?.claimName}`;
  return [s3.endpoint.replace(/\/$/, ""), s3.bucket, ...(s3.prefix ? [s3.prefix] : [])].join("/");
}
