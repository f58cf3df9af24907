import { Backup, verifyAnnotation } from "../../api/backup.ts";
import { verificationOf } from "../../api/verification-of.ts";
import { findCondition } from "../../kube/conditions.ts";
import { duration, flag, positional, text } from "../arg.ts";
import { command } from "../command.ts";
import { until } from "../until.ts";
import { UsageError } from "../usage-error.ts";

export default command({
  summary: "Read all of a backup again and compare it with what was stored",
  description: `
Every part is read and its SHA-256 compared; where it can be read, the snapshot is opened, too. What is changed, cut off
or missing is named. Where the backup is encrypted, its location has to name the private key for that.`,
  examples: ["verify backup before-update", "verify backup before-update --wait=false"],
  args: {
    name: positional("The backup", { placeholder: "NAME" }),
    namespace: text("Where it is", { default: "clusters", placeholder: "NAME", short: "n" }),
    wait: flag("Wait for what is found", { default: true }),
    timeout: duration("How long to wait", { default: "30m" }),
  },
  async run({ args, out, kube, signal, facts }) {
    const { name, namespace, timeout } = args;
    if (!name) throw new UsageError("NAME is required");
    const management = await kube();
    const backup = await management.get(Backup, name, namespace);
    if (!backup) throw new Error(`There is no Backup ${namespace}/${name}`);
    const succeeded = findCondition(backup.status?.conditions, "Succeeded");
    if (succeeded?.status !== "True") {
      throw new Error(
        `The Backup ${namespace}/${name} is not complete: ${succeeded?.message ?? "nobody looked at it yet"}`,
      );
    }
    const asked = facts.random(8).toString("hex");
    await management.patch(Backup, name, namespace, { metadata: { annotations: { [verifyAnnotation]: asked } } });
    if (!args.wait) return out.line(`The Backup ${namespace}/${name} is being read again`);
    await out.step(`Backup ${namespace}/${name}`, async (progress) => {
      await until(
        async () => {
          const present = await management.get(Backup, name, namespace);
          if (!present) throw new Error(`The Backup ${namespace}/${name} is gone: somebody deleted it`);
          const verified = findCondition(present.status?.conditions, "Verified");
          const { of, problems, unread } = present.status?.verification ?? {};
          // The condition is the operator's and may be of an earlier look for a moment.
          const isTold = (verified?.status === "True") === (!problems?.length && unread === undefined);
          const isOver = of === verificationOf(asked) && verified?.reason !== "BackupInProgress" && isTold;
          if (!isOver || !verified) return verified?.message ?? "the operator has not looked at it yet";
          if (verified.status !== "True") throw new Error(verified.message);
          progress.result(verified.message);
          return true;
        },
        { what: `the Backup ${namespace}/${name} to be read`, timeout, signal, onWait: progress.update },
      );
    });
  },
});
