import { createHash } from "node:crypto";
import { BackupLocation } from "../../api/backup-location.ts";
import type { Job } from "../../kube/kinds.ts";
import { ownerReference } from "../../kube/owning-kube.ts";
import { recoveryJob } from "../../recovery/jobs/recovery-job.ts";

/** The program that looks at a location. */
export const probeProgram = "probe-location";

/** The job of one look: another one each time, because a job cannot be changed. */
export function probeJob(
  location: BackupLocation,
  { namespace, image, of }: { namespace: string; image: string; of: string },
): Job {
  const { metadata: { name = "", uid } = {}, status } = location;
  const hash = createHash("sha256")
    .update(JSON.stringify([uid, image, of, status?.lastProbe?.time]))
    .digest("hex");
  const job = recoveryJob({
    namespace,
    name: `${probeProgram}-${hash.slice(0, 10)}`,
    image,
    program: probeProgram,
    args: ["--name", name, "--of", of],
    location,
    annotations: { "recovery.roost.dev/location": name },
    deadlineSeconds: 600,
  });
  return { ...job, metadata: { ...job.metadata, ownerReferences: [ownerReference(location, BackupLocation)] } };
}
