import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, issue } from "../pki/certificate.ts";
import { ensurePrograms } from "../release/payload.ts";
import { freePorts } from "./free-ports.ts";
import { root } from "./programs.ts";

/** The real core manager of Cluster API as a process, on the API server of a kubeconfig, with the flags that it is installed with. */
export async function startClusterApiManager(kubeconfig: string) {
  const programs = await ensurePrograms({ root, cache: join(homedir(), ".cache", "roost"), module: "1.34" });
  const folder = await mkdtemp(join(tmpdir(), "roost-cluster-api-"));
  const [webhookPort = 0, healthPort = 0] = await freePorts(2);
  const authority = createAuthority("webhook", new Date());
  const pair = issue({ commonName: "webhook", dnsNames: ["localhost"], usages: ["server"] }, authority, new Date());
  const log = join(folder, "log");
  await Promise.all([
    writeFile(join(folder, "kubeconfig"), kubeconfig, { mode: 0o600 }),
    writeFile(join(folder, "tls.crt"), pair.certificate),
    writeFile(join(folder, "tls.key"), pair.key, { mode: 0o600 }),
  ]);
  const output = openSync(log, "a");
  const child = spawn(
    programs.path("cluster-api"),
    [
      `--kubeconfig=${join(folder, "kubeconfig")}`,
      "--leader-elect=false",
      `--webhook-port=${webhookPort}`,
      `--webhook-cert-dir=${folder}`,
      `--health-addr=127.0.0.1:${healthPort}`,
      "--diagnostics-address=127.0.0.1:0",
      "--insecure-diagnostics",
      "--feature-gates=MachinePool=false,ClusterTopology=false",
      "--skip-crd-migration-phases=StorageVersionMigration,CleanupManagedFields",
    ],
    { stdio: ["ignore", output, output] },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    /** The end of what it said. */
    log: async (lines = 60) => (await readFile(log, "utf8")).split("\n").slice(-lines).join("\n"),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
