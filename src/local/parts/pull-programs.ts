import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { extractPrograms } from "../../release/extract-programs.ts";
import type { PulledRelease } from "../../release/pull-release.ts";
import type { Progress } from "../progress.ts";
import type { Parts } from "./parts.ts";

/** The management cluster's programs by the folder they are in and the component of a release that has them. */
const programs: Record<"kubernetes" | "etcd", Record<string, string[]>> = {
  kubernetes: {
    "kube-apiserver": ["usr/bin/kube-apiserver"],
    "kube-controller-manager": ["usr/bin/kube-controller-manager"],
    "kube-scheduler": ["usr/bin/kube-scheduler"],
    "kube-proxy": ["usr/bin/kube-proxy"],
    kubelet: ["usr/local/bin/kubelet"],
    cli: ["usr/bin/kubectl"],
  },
  etcd: { etcd: ["usr/bin/etcd", "usr/bin/etcdctl", "usr/bin/etcdutl"] },
};

/** The components whose images have programs of the management cluster. */
export const programComponents = Object.values(programs).flatMap((from) => Object.keys(from));

/** Takes the management cluster's programs out of the images of a release, and gives their folders. */
export async function pullPrograms(
  release: Pick<PulledRelease, "component">,
  { cache, progress, signal }: { cache: string; progress: Progress; signal?: AbortSignal },
): Promise<Parts["programs"]> {
  const folders = Object.entries(programs).map(([folder, from]) => ({
    folder,
    from: Object.entries(from).map(([component, paths]) => ({ image: release.component(component), paths })),
  }));
  const key = createHash("sha256")
    .update(
      JSON.stringify(
        folders.map(({ folder, from }) => [folder, from.map(({ image, paths }) => [image.digest, paths])]),
      ),
    )
    .digest("hex")
    .slice(0, 16);
  const target = join(cache, "programs", key);
  if (await exists(target)) progress.result("already there");
  else {
    await mkdir(dirname(target), { recursive: true });
    const scratch = await mkdtemp(`${target}.part-`);
    try {
      for (const { folder, from } of folders) {
        await mkdir(join(scratch, folder));
        for (const { image, paths } of from) {
          progress.update(image.name);
          await extractPrograms(image, paths, join(scratch, folder), signal);
        }
      }
      await rename(scratch, target).catch((error) => {
        // Another process was faster.
        if (!["EEXIST", "ENOTEMPTY"].includes(error.code)) throw error;
      });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  return { kubernetes: join(target, "kubernetes"), etcd: join(target, "etcd") };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
