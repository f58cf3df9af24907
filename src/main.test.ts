import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

test("a job's program that is stopped does not end as one whose work is done", { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "roost-main-"));
  // An API server that never answers: the program waits for it.
  const server = createServer(() => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(folder, "kubeconfig");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "a",
    contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
    clusters: [{ name: "a", cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: "a", user: { token: "a" } }],
  };
  await writeFile(kubeconfig, JSON.stringify(config));
  const s3 = { endpoint: "https://s3.example.com", bucket: "a", credentials: { name: "a" } };
  const flags = {
    kubeconfig,
    "backup-namespace": "a",
    backup: "b",
    path: "a/demo/b",
    uid: "u",
    location: JSON.stringify({ s3 }),
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const program = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), "delete-backup", ...args], {
    stdio: "ignore",
  });
  try {
    const ended = once(program, "exit");
    await Promise.race([
      once(server, "request"),
      ended.then(([code]) => Promise.reject(new Error(`it ended with ${code}`))),
    ]);
    program.kill("SIGTERM");
    expect(await ended).toEqual([143, null]);
  } finally {
    program.kill("SIGKILL");
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
});
