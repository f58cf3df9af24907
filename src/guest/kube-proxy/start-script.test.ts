import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startScript } from "./start-script.ts";

// The script itself, on a folder that stands for a node's /proc.

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roost-kube-proxy-"));
  mkdirSync(join(folder, "proc/sys/kernel"), { recursive: true });
  writeFileSync(join(folder, "kube-proxy"), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The arguments that kube-proxy is started with on a kernel. */
function startedOn(kernel: string): string {
  writeFileSync(join(folder, "proc/sys/kernel/osrelease"), `${kernel}\n`);
  const script = startScript.replaceAll("/proc/", `${folder}/proc/`);
  const env = { PATH: `${folder}:${process.env.PATH}`, NODE_NAME: "a" };
  const { status, stdout, stderr } = spawnSync("sh", ["-ec", script], { encoding: "utf8", timeout: 10_000, env });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.trim();
}

test("kube-proxy runs in nftables mode where it can", () => {
  for (const kernel of ["5.13.0", "5.14.0-427.el9.x86_64", "6.1", "6.12-rc1", "10.0.1"])
    expect(startedOn(kernel)).toBe("--config=/etc/kube-proxy/config.json --hostname-override=a");
});

test("on a kernel that is too old for nftables mode kube-proxy runs as it did before, in iptables mode", () => {
  for (const kernel of ["5.12.19", "5.4.0-190-generic", "4.18.0-553.el8_10.x86_64", "3.10.0"])
    expect(startedOn(kernel)).toBe("--config=/etc/kube-proxy/config-iptables.json --hostname-override=a");
});
