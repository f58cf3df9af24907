import { expect, test } from "vitest";
import { programName, pssOf } from "./pss.ts";

test("programName is the program's file name", () => {
  expect(programName("/usr/bin/etcd\0--name\0etcd-0\0")).toBe("etcd");
});

test("programName of one of ours is the program that main.js was started as", () => {
  expect(programName("/usr/bin/node\0/app/main.js\0control-plane-operator\0--name\0demo\0")).toBe(
    "control-plane-operator",
  );
});

test("programName of a process without a command line is the kernel", () => {
  expect(programName("")).toBe("kernel");
});

test("pssOf reads the memory of a living process and leaves out one that is gone", () => {
  const found = pssOf([process.pid, 999_999_999]);
  expect(found).toHaveLength(1);
  expect(found[0]?.pss).toBeGreaterThan(5);
});
