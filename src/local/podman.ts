import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProcess } from "../release/run-process.ts";

/** Runs podman with these arguments and returns what it prints. */
export type Podman = (args: string[], options?: PodmanOptions) => Promise<string>;

export interface PodmanOptions {
  signal?: AbortSignal;
  /** Each line that podman writes to its standard error. */
  onLine?: (line: string) => void;
}

/** The podman program with a storage, networks and configuration of its own, apart from those of the user. */
export function podmanCommand(cache: string): string[] {
  const folder = join(cache, "podman");
  const running = runFolder(cache);
  return [
    "env",
    `CONTAINERS_CONF=${configurationPath(cache)}`,
    "podman",
    ...["--root", join(folder, "containers")],
    ...["--runroot", join(running, "containers")],
    ...["--tmpdir", join(running, "state")],
    ...["--network-config-dir", join(folder, "networks")],
    ...["--network-backend", "netavark"],
  ];
}

/** Where podman keeps what is gone after a restart of the computer; it wants a short path. */
export function runFolder(cache: string): string {
  return `/run/roost/${createHash("sha256").update(cache).digest("hex").slice(0, 8)}`;
}

/** Podman for the environments that share this cache. */
export async function createPodman(cache: string): Promise<Podman> {
  await mkdir(join(cache, "podman"), { recursive: true });
  await writeFile(configurationPath(cache), configuration);
  const [program = "env", ...fixed] = podmanCommand(cache);
  return async (args, { signal, onLine } = {}) => {
    try {
      return await runProcess(program, [...fixed, ...args], { signal, onLine });
    } catch (error) {
      signal?.throwIfAborted();
      const reason = error instanceof Error ? error.message.split("\n").slice(1).join(" ").trim() : "";
      throw new Error(`podman ${args[0]} ${args[1] ?? ""} failed: ${reason || "it gives no reason"}`, { cause: error });
    }
  };
}

// runc, because crun refuses machines that have both versions of control groups; limits that need no right to raise them.
const configuration = `[containers]
default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
pids_limit = 0

[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`;

function configurationPath(cache: string): string {
  return join(cache, "podman", "containers.conf");
}
