import { expect, test } from "vitest";
import { cpuTimes, cpuUsed, processorSeconds } from "./cpu-seconds.ts";

test("processorSeconds grows with the work done", () => {
  const before = processorSeconds([process.pid]);
  // Five ticks of the kernel's count: on a busy machine even those take a while.
  const spent = () => process.cpuUsage().user + process.cpuUsage().system;
  const end = spent() + 50_000;
  while (spent() < end);
  expect(processorSeconds([process.pid])).toBeGreaterThan(before);
});

test("cpuTimes finds this process", () => {
  expect(cpuTimes().get(process.pid)?.seconds).toBeGreaterThan(0);
});

test("what programs have used is counted by name, new processes and reused numbers from their start", () => {
  const at = (entries: [number, string, number][]) =>
    new Map(entries.map(([pid, name, seconds]) => [pid, { name, seconds }]));
  const before = at([
    [1, "kubelet", 10],
    [2, "etcd", 5],
    [3, "sh", 9],
  ]);
  const after = at([
    [1, "kubelet", 12.5],
    [2, "etcd", 5],
    [3, "etcd", 1],
    [4, "etcd", 2],
  ]);
  expect(cpuUsed(before, after)).toEqual({ kubelet: 2.5, etcd: 3 });
  const hosted = (pid: number, name: string) => (pid > 2 ? `hosted ${name}` : name);
  expect(cpuUsed(before, after, hosted)).toEqual({ kubelet: 2.5, etcd: 0, "hosted etcd": 3 });
});
