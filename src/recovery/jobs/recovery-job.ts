import type { BackupLocation } from "../../api/backup-location.ts";
import { objectsAccount, recoveryAccount, storeAccount } from "../../api/recovery-account.ts";
import type { Job } from "../../kube/kinds.ts";
import { locationFiles, locationReferences } from "../store/location-files.ts";

/** On such jobs and their pods: the program that they run. */
export const recoveryProgramLabel = "recovery.roost.dev/program";
/** Where such a job may write as much as a snapshot is large; it outlives its container, but not its pod. */
export const scratchFolder = "/tmp";

/** Programs that read nothing in the management cluster: what they need of it is mounted. */
const storePrograms: readonly string[] = ["probe-location", "check-backup", "delete-backup"];

export interface RecoveryJobFacts {
  /** The operator's. */
  namespace: string;
  name: string;
  /** The release's image `recovery`. */
  image: string;
  /** A program of `src/main.ts`, and its flags. */
  program: string;
  args?: readonly string[];
  /** The location that it works on: the program is told its spec (`--location`), and `openLocation` opens it. */
  location?: Pick<BackupLocation, "spec">;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  /** How long all its tries may take together. */
  deadlineSeconds?: number;
}

/**
 * A job of one pod in the operator's namespace, with the rights of the ServiceAccount that its program needs and no
 * others. It is tried again in the same pod where its program fails, and in another one where that is lost. The job is
 * gone an hour after its end, if nobody removes it before.
 */
export function recoveryJob(facts: RecoveryJobFacts): Job {
  const { namespace, name, image, program, args = [], location, annotations, deadlineSeconds = 3600 } = facts;
  const labels = { ...facts.labels, [recoveryProgramLabel]: program };
  const { volumes, volumeMounts } = location ? locationVolumes(location) : { volumes: [], volumeMounts: [] };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, labels, ...(annotations && { annotations }) },
    spec: {
      backoffLimit: 4,
      activeDeadlineSeconds: deadlineSeconds,
      ttlSecondsAfterFinished: 3600,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "OnFailure",
          serviceAccountName: accountOf(program),
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1001,
            // Volumes are its group's.
            fsGroup: 1001,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: program,
              image,
              args: [program, ...args, ...(location ? ["--location", JSON.stringify(location.spec)] : [])],
              resources: { requests: { cpu: "10m", memory: "100Mi" }, limits: { memory: "1Gi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                readOnlyRootFilesystem: true,
              },
              terminationMessagePolicy: "FallbackToLogsOnError",
              volumeMounts: [{ name: "scratch", mountPath: scratchFolder }, ...volumeMounts],
            },
          ],
          volumes: [{ name: "scratch", emptyDir: {} }, ...volumes],
        },
      },
    },
  };
}

/** Only who makes objects again may make any. */
function accountOf(program: string): string {
  if (program === "restore-objects") return objectsAccount;
  return storePrograms.includes(program) ? storeAccount : recoveryAccount;
}

type PodSpec = NonNullable<NonNullable<NonNullable<Job["spec"]>["template"]>["spec"]>;

function locationVolumes(location: Pick<BackupLocation, "spec">): {
  volumes: NonNullable<PodSpec["volumes"]>;
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
} {
  const { secrets, configMap, claim } = locationReferences(location);
  const folderOf = (file: string) => file.slice(0, file.lastIndexOf("/"));
  const files = [
    ...secrets.map(({ name, key }) => ({
      volume: { name: key, secret: { secretName: name, items: [{ key, path: key }], defaultMode: 0o440 } },
      mountPath: folderOf(key === "credentials" ? locationFiles.credentials : locationFiles.identities),
    })),
    ...(configMap
      ? [
          {
            volume: {
              name: "ca",
              configMap: { name: configMap.name, items: [{ key: configMap.key, path: configMap.key }] },
            },
            mountPath: folderOf(locationFiles.authority),
          },
        ]
      : []),
  ];
  return {
    volumes: [
      ...files.map(({ volume }) => volume),
      ...(claim ? [{ name: "volume", persistentVolumeClaim: { claimName: claim } }] : []),
    ],
    volumeMounts: [
      ...files.map(({ volume: { name }, mountPath }) => ({ name, mountPath, readOnly: true })),
      ...(claim ? [{ name: "volume", mountPath: locationFiles.volume }] : []),
    ],
  };
}
