import { access, readFile, writeFile } from "node:fs/promises";
import { runProcess } from "../release/run-process.ts";
import type { Progress } from "./progress.ts";

/** What containers in containers and traffic between them need of the kernel, and what shows that it is there. */
const modules: Record<string, string> = {
  br_netfilter: "/proc/sys/net/bridge/bridge-nf-call-iptables",
  overlay: "/sys/module/overlay",
  vxlan: "/sys/module/vxlan",
};

/** Limits that the kernel has for all machines together, and what several Kubernetes nodes need. */
const limits: Record<string, number> = {
  "fs/inotify/max_user_instances": 1024,
  "fs/inotify/max_user_watches": 524_288,
};

/**
 * Loads kernel modules and raises limits where that is needed, until the computer is restarted, and says so. Goes on
 * where it cannot: the kernel may have built in what looks missing.
 */
export async function ensureKernel(progress: Progress): Promise<void> {
  const done: string[] = [];
  for (const [name, sign] of Object.entries(modules)) {
    if (await exists(sign)) continue;
    await runProcess("modprobe", [name]).then(
      () => done.push(`loaded ${name}`),
      () => undefined,
    );
  }
  for (const [name, wanted] of Object.entries(limits)) {
    const path = `/proc/sys/${name}`;
    if (Number(await readFile(path, "utf8").catch(() => wanted)) >= wanted) continue;
    await writeFile(path, String(wanted));
    done.push(`raised ${name.replaceAll("/", ".")} to ${wanted}`);
  }
  progress.result(done.length > 0 ? `${done.join(", ")}, until the computer is restarted` : "as it should be");
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
