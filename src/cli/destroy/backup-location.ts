import { BackupLocation } from "../../api/backup-location.ts";
import { text } from "../arg.ts";
import { command } from "../command.ts";

export default command({
  summary: "Forget a place that backups are kept in; the backups in it stay",
  examples: ["destroy backup-location --name store"],
  args: { name: text("The location", { required: true, placeholder: "NAME" }) },
  async run({ args: { name }, out, kube }) {
    if (!(await (await kube()).delete(BackupLocation, name))) throw new Error(`There is no BackupLocation ${name}`);
    out.line(`BackupLocation ${name} destroyed; what lies in it stays`);
  },
});
