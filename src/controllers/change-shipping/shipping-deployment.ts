import type { BackupLocation } from "../../api/backup-location.ts";
import type { BackupSchedule } from "../../api/backup-schedule.ts";
import { healthFlag, healthPorts, healthProbes } from "../../kube/health-probes.ts";
import type { Deployment } from "../../kube/kinds.ts";
import { keyOf } from "../../kube/watch.ts";
import { recoveryJob, recoveryProgramLabel } from "../../recovery/jobs/recovery-job.ts";
import { workForAnnotation } from "../recovery-job/do-work.ts";

/** The program that ships changes, and the value of the label by which its pods and Deployments are known. */
export const shippingProgram = "ship-changes";

/** What ships one schedule's changes is called so, in the operator's namespace. */
export const shippingName = (schedule: BackupSchedule) => `${shippingProgram}-${schedule.metadata?.uid}`;

/** Ships the changes of a schedule's cluster as long as it runs: a pod as those of jobs, without an end. */
export function shippingDeployment(
  schedule: BackupSchedule,
  location: Pick<BackupLocation, "spec">,
  { namespace, image }: { namespace: string; image: string },
): Deployment {
  const { metadata = {}, spec } = schedule;
  const name = shippingName(schedule);
  const whose = ["--cluster-namespace", metadata.namespace ?? "", "--cluster", spec.clusterName];
  const args = [...whose, "--schedule", metadata.name ?? ""];
  const job = recoveryJob({ namespace, name, image, program: shippingProgram, args, location: writtenOnly(location) });
  const pod = job.spec?.template.spec;
  const [container] = pod?.containers ?? [];
  if (!pod || !container) throw new Error("A job without a container");
  const labels = { [recoveryProgramLabel]: shippingProgram, name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels, annotations: { [workForAnnotation]: keyOf(schedule) } },
    spec: {
      replicas: 1,
      // Two would both be right, and cost twice.
      strategy: { type: "Recreate" },
      selector: { matchLabels: { name } },
      template: {
        metadata: { labels },
        spec: {
          ...pod,
          restartPolicy: "Always",
          containers: [
            {
              ...container,
              args: [...(container.args ?? []), healthFlag],
              ports: healthPorts,
              ...healthProbes,
              resources: { requests: { cpu: "10m", memory: "80Mi" }, limits: { memory: "256Mi" } },
            },
          ],
        },
      },
    },
  };
}

/** It encrypts, and reads nothing: what decrypts is not for a pod that is always there. */
function writtenOnly({ spec }: Pick<BackupLocation, "spec">): Pick<BackupLocation, "spec"> {
  const { recipients } = spec.encryption ?? {};
  return { spec: { ...spec, ...(recipients && { encryption: { recipients } }) } };
}
