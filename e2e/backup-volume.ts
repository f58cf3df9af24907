import { randomBytes } from "node:crypto";
import { Backup, BackupLocation } from "../src/api/index.ts";
import { PersistentVolume, PersistentVolumeClaim } from "../src/kube/kinds.ts";
import type { Kube } from "../src/kube/kube.ts";
import { attempt, hcp } from "./shell.ts";

const operatorNamespace = "hypershift";

/** Makes a BackupLocation of this name on a volume of its own; `words` are further flags. Gives the claim's name. */
export async function makeBackupVolume(management: Kube, name: string, ...words: string[]): Promise<string> {
  // A claim that went with an earlier run may be there for a while yet.
  const claimName = `${name}-${randomBytes(3).toString("hex")}`;
  await management.apply<PersistentVolumeClaim>({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: claimName, namespace: operatorNamespace },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  });
  await hcp("create", "backup-location", "--name", name, "--volume-claim", claimName, ...words);
  return claimName;
}

/** Takes a location away, with the backups in it and the claim, if it has one. */
export async function removeBackupLocation(management: Kube, name: string, claimName?: string): Promise<void> {
  for (const { metadata, spec } of await management.list(Backup)) {
    if (spec.locationName !== name) continue;
    const words = ["destroy", "backup", metadata?.name ?? "", "-n", metadata?.namespace ?? "", "--timeout", "2m"];
    await attempt("./hcp", words);
  }
  await management.delete(BackupLocation, name);
  if (claimName) await management.delete(PersistentVolumeClaim, claimName, operatorNamespace);
}

/** Where a claim's volume is in the machine of the management cluster. */
export async function folderOf(management: Kube, claimName: string): Promise<string> {
  const volume = (await management.list(PersistentVolume)).find(({ spec }) => spec?.claimRef?.name === claimName);
  return volume?.spec?.hostPath?.path ?? "";
}

/** Changes a byte in the middle of a stored snapshot: whatever it is, it is another one afterwards. */
export async function flipByte(management: Kube, claimName: string, path: string): Promise<void> {
  const inMachine = (...words: string[]) => hcp("local", "shell", "mgmt", "--", ...words);
  const folder = `${await folderOf(management, claimName)}/${path}`;
  const file = (await inMachine("find", folder, "-name", "*snapshot.db*")).trim();
  const old = `old=$(dd if=${file} bs=1 skip=5000 count=1 2>/dev/null | od -An -tu1)`;
  const write = `dd of=${file} bs=1 seek=5000 conv=notrunc 2>/dev/null`;
  await inMachine("sh", "-c", `${old}; printf "\\\\$(printf %o $((255 - old)))" | ${write}`);
}
