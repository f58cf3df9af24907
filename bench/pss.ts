import { readdirSync, readFileSync } from "node:fs";

/** A process as the kernel accounts for it. */
export interface ProcessMemory {
  pid: number;
  /** The program's name: the last part of its first argument, or for one of ours the program main.js was started as. */
  name: string;
  /** Proportional set size in MB (10^6 bytes): shared pages are counted by how many share them. */
  pss: number;
}

/** The memory of these processes; those that have ended meanwhile are left out. */
export function pssOf(pids: readonly number[]): ProcessMemory[] {
  return pids.flatMap((pid) => {
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
      const kilobytes = Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0);
      return [{ pid, name: programName(readFileSync(`/proc/${pid}/cmdline`, "utf8")), pss: (kilobytes * 1024) / 1e6 }];
    } catch {
      return [];
    }
  });
}

/** Names a process by its command line, whose arguments end with NUL as in /proc/PID/cmdline; the kernel's have none. */
export function programName(cmdline: string): string {
  const words = cmdline.split("\0").filter((word) => word !== "");
  const script = words.findIndex((word) => word.endsWith("/main.js"));
  if (script > 0 && words[script + 1]) return words[script + 1] ?? "";
  return words[0]?.split("/").at(-1) || "kernel";
}

/** The processes of pods, found by the pods' uids in the names of their control groups; pauses are left out. */
export function pidsOfPods(uids: readonly string[]): number[] {
  // Depending on the driver, kubelet writes a uid as it is or with underscores.
  const marks = uids.flatMap((uid) => [uid, uid.replaceAll("-", "_")]);
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8");
        if (!marks.some((mark) => groups.includes(mark))) return false;
        return !/^\/?(pause|sh|sleep|busybox)$/.test(programName(readFileSync(`/proc/${pid}/cmdline`, "utf8")));
      } catch {
        return false;
      }
    });
}
