import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startScript } from "./start-script.ts";

// The script itself, with a stand-in for the program that asks the agent.

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roost-konnectivity-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Whether an agent counts as started that has run for so long, and met so many of three servers. */
function isStarted(metrics: string): boolean {
  const wget = `#!/bin/sh\n[ "$*" = "-q -O - http://127.1.2.3:2041/metrics" ] && cat <<'METRICS'\n${metrics}\nMETRICS\n`;
  writeFileSync(join(folder, "wget"), wget, { mode: 0o755 });
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const script = startScript({ loopback: "127.1.2.3", servers: 3 });
  const ended = spawnSync("sh", ["-c", script], { encoding: "utf8", env, timeout: 10_000 });
  expect(ended.stderr).toBe("");
  return ended.status === 0;
}

/** As konnectivity-agent 0.34 prints them. */
const metrics = (met: number | undefined, seconds: number) =>
  [
    "# TYPE konnectivity_network_proxy_agent_known_server_count gauge",
    "konnectivity_network_proxy_agent_known_server_count 1",
    "# TYPE konnectivity_network_proxy_agent_open_server_connections gauge",
    ...(met === undefined ? [] : [`konnectivity_network_proxy_agent_open_server_connections ${met}`]),
    "# TYPE process_start_time_seconds gauge",
    `process_start_time_seconds ${(Date.now() / 1_000 - seconds).toExponential(11)}`,
  ].join("\n");

test("an agent has to have met every server", () => {
  expect(isStarted(metrics(undefined, 1))).toBe(false);
  expect(isStarted(metrics(2, 60))).toBe(false);
  expect(isStarted(metrics(3, 1))).toBe(true);
});

test("a server that is away for long does not keep nodes from new agents", () => {
  expect(isStarted(metrics(2, 110))).toBe(false);
  expect(isStarted(metrics(2, 130))).toBe(true);
});

test("an agent that does not answer yet has met nobody", () => {
  expect(isStarted("")).toBe(false);
});
