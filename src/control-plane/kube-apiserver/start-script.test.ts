import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startScript } from "./start-script.ts";

// The script itself, with a stand-in for the program that asks the server.

let folder: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roost-konnectivity-"));
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

interface Situation {
  expects: number;
  dialled?: number;
  seconds?: number;
  /** Whether another API server answers. */
  isAlone?: boolean;
}

/** Whether a server counts as started that listens for so long, and to which so many agents have dialled. */
async function isStarted(facts: Situation): Promise<boolean> {
  const socket = join(folder, "konnectivity.sock");
  writeFileSync(join(folder, "expects-agents"), String(facts.expects));
  writeFileSync(join(folder, "wget"), `#!/bin/sh\ncat <<'METRICS'\n${metrics(facts.dialled)}\nMETRICS\n`, {
    mode: 0o755,
  });
  const nc = `#!/bin/sh\n[ "$*" = "-w 1 kube-apiserver 6443" ] && exit ${facts.isAlone ? 1 : 0}\n`;
  writeFileSync(join(folder, "nc"), nc, { mode: 0o755 });
  if (facts.seconds !== undefined) {
    server = createServer();
    await new Promise<void>((resolve) => server?.listen(socket, resolve));
    const since = Date.now() / 1_000 - facts.seconds;
    utimesSync(socket, since, since);
  }
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const others = { host: "kube-apiserver", port: 6443 };
  const script = startScript({ folder, socket, others });
  const ended = spawnSync("sh", ["-c", script], { encoding: "utf8", env, timeout: 10_000 });
  expect(ended.stderr).toBe("");
  return ended.status === 0;
}

/** As konnectivity-server 0.34 prints them. */
const metrics = (dialled: number | undefined) =>
  dialled === undefined
    ? ""
    : [
        "# TYPE konnectivity_network_proxy_server_ready_backends gauge",
        `konnectivity_network_proxy_server_ready_backends{proxy_strategy="defaultRoute"} ${dialled}`,
        `konnectivity_network_proxy_server_ready_backends{proxy_strategy="destHost"} ${dialled}`,
      ].join("\n");

test("where there are no nodes nothing is waited for", async () => {
  expect(await isStarted({ expects: 0, dialled: 0 })).toBe(true);
});

test("where there are, so many agents are waited for", async () => {
  expect(await isStarted({ expects: 2, dialled: 0 })).toBe(false);
  expect(await isStarted({ expects: 2, dialled: 1, seconds: 1 })).toBe(false);
  server?.close();
  expect(await isStarted({ expects: 2, dialled: 2, seconds: 1 })).toBe(true);
  // As when it starts anew in its pod.
  expect(await isStarted({ expects: 2, dialled: 0 })).toBe(true);
});

test("a server that does not answer yet has met nobody", async () => {
  expect(await isStarted({ expects: 1, seconds: 1 })).toBe(false);
});

test("nodes that are all away do not keep the API away for long", async () => {
  expect(await isStarted({ expects: 2, dialled: 0, seconds: 20, isAlone: true })).toBe(false);
  server?.close();
  expect(await isStarted({ expects: 2, dialled: 0, seconds: 40, isAlone: true })).toBe(true);
});

test("while another server answers agents have the time to find this one, and not for ever", async () => {
  expect(await isStarted({ expects: 2, dialled: 1, seconds: 40 })).toBe(false);
  server?.close();
  expect(await isStarted({ expects: 2, dialled: 0, seconds: 110 })).toBe(false);
  server?.close();
  expect(await isStarted({ expects: 2, dialled: 0, seconds: 130 })).toBe(true);
});
