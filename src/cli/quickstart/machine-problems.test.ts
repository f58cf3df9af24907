import { expect, test } from "vitest";
import { type MachineFacts, machineProblems } from "./machine-problems.ts";

const debian: MachineFacts = {
  platform: "linux",
  architecture: "x64",
  osRelease: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
  userId: 0,
  memory: 24 * 1024 ** 3,
  freeDisk: 80 * 1024 ** 3,
  builds: true,
  goVersion: "go version go1.26.8 linux/amd64",
};

test("machineProblems finds nothing wrong with Debian 12 as root with Go", () => {
  expect(machineProblems(debian)).toEqual([]);
});

test("machineProblems names another distribution", () => {
  const osRelease = 'ID=ubuntu\nVERSION_ID="24.04"\n';
  expect(machineProblems({ ...debian, osRelease })).toEqual([expect.stringContaining("ubuntu 24.04")]);
});

test("machineProblems says all that is wrong at once", () => {
  const problems = machineProblems({ ...debian, userId: 1000, goVersion: undefined, memory: 2e9, freeDisk: 1e9 });
  expect(problems).toHaveLength(4);
  expect(problems.join(" ")).toMatch(/root.*Go 1\.26.*memory.*XDG_CACHE_HOME/);
});

test("machineProblems names a Go that is too old for the payload", () => {
  const goVersion = "go version go1.25.4 linux/amd64";
  expect(machineProblems({ ...debian, goVersion })).toEqual([expect.stringMatching(/go1\.25\.4.*too old.*1\.26/)]);
});

test("machineProblems wants neither Go nor room for what it compiles where nothing is built", () => {
  const machine = { ...debian, builds: false, goVersion: undefined, freeDisk: 10 * 1024 ** 3 };
  expect(machineProblems(machine)).toEqual([]);
  expect(machineProblems({ ...machine, freeDisk: 5 * 1024 ** 3 })).toEqual([expect.stringMatching(/5 GiB.*for 8/)]);
});
