import { Backup, keepStoredAnnotation } from "../../api/backup.ts";
import { findCondition } from "../../kube/conditions.ts";
import { duration, flag, positional, text } from "../arg.ts";
import { command } from "../command.ts";
import { until } from "../until.ts";
import { UsageError } from "../usage-error.ts";

export default command({
  summary: "Destroy a backup, with what lies in its location",
  examples: ["destroy backup before-update", "destroy backup before-update --keep-stored"],
  args: {
    name: positional("The backup", { placeholder: "NAME" }),
    namespace: text("Where it is", { default: "clusters", placeholder: "NAME", short: "n" }),
    keepStored: flag("Leave what lies in the location there"),
    wait: flag("Wait until it is gone", { default: true }),
    timeout: duration("How long to wait", { default: "10m" }),
  },
  async run({ args, out, kube, signal }) {
    const { name, namespace, timeout } = args;
    if (!name) throw new UsageError("NAME is required");
    const management = await kube();
    if (!(await management.get(Backup, name, namespace))) throw new Error(`There is no Backup ${namespace}/${name}`);
    await out.step(`Backup ${namespace}/${name}`, async (progress) => {
      if (args.keepStored) {
        const annotations = { [keepStoredAnnotation]: "true" };
        await management.patch(Backup, name, namespace, { metadata: { annotations } });
      }
      await management.delete(Backup, name, namespace);
      if (!args.wait) return progress.result("being deleted");
      await until(
        async () => {
          const backup = await management.get(Backup, name, namespace);
          if (!backup) return true;
          return findCondition(backup.status?.conditions, "Succeeded")?.message || "waiting for the operator";
        },
        { what: `the deletion of the Backup ${namespace}/${name}`, timeout, signal, onWait: progress.update },
      );
      progress.result("destroyed");
    });
  },
});
