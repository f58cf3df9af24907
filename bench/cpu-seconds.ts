import { readdirSync, readFileSync } from "node:fs";
import { programName } from "./pss.ts";

/** The processor time that each process of the machine has used since it began, by its id. */
export type CpuTimes = ReadonlyMap<number, { name: string; seconds: number }>;

/** All processes now. Those that end before the next look are not in a difference: runc, probes that run a program. */
export function cpuTimes(): CpuTimes {
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  const found = pids.flatMap((pid) => {
    try {
      const name = programName(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
      return [[Number(pid), { name, seconds: secondsIn(readFileSync(`/proc/${pid}/stat`, "utf8")) }]] as const;
    } catch {
      // Ended meanwhile.
      return [];
    }
  });
  return new Map(found);
}

/** Processor time that these processes have used since they began, in seconds. */
export function processorSeconds(pids: readonly number[]): number {
  const times = cpuTimes();
  return pids.reduce((sum, pid) => sum + (times.get(pid)?.seconds ?? 0), 0);
}

/** What the programs have used between two looks, by name; `nameOf` tells processes of one program apart. */
export function cpuUsed(
  before: CpuTimes,
  after: CpuTimes,
  nameOf: (pid: number, name: string) => string = (_, name) => name,
): Record<string, number> {
  const used: Record<string, number> = {};
  for (const [pid, { name, seconds }] of after) {
    const former = before.get(pid)?.seconds ?? 0;
    // A number that was given anew to another process has used less.
    const growth = seconds >= former ? seconds - former : seconds;
    const key = nameOf(pid, name);
    used[key] = (used[key] ?? 0) + growth;
  }
  return used;
}

/** User and system time (fields 14 and 15 of proc(5)), counted behind the program's name, which may hold spaces. */
function secondsIn(stat: string): number {
  const fields = stat.replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
