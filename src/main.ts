import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { collectWhenIdle } from "./kube/collect-when-idle.ts";
import type { Log } from "./kube/controller.ts";
import { createKube } from "./kube/create-kube.ts";
import { Health } from "./kube/health.ts";
import { startHealthServer } from "./kube/health-server.ts";
import type { CallOptions, Kube } from "./kube/kube.ts";
import { createLog, type Level, sentenceOf } from "./kube/log.ts";
import { createMetrics, type Metrics } from "./kube/metrics.ts";

/** What every program is given. */
interface Given {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  onPass: Metrics["onPass"];
  requestsTo: Metrics["requestsTo"];
  alsoInMetrics: Metrics["also"];
  health: Health;
  /** Of who leads: for writes by other clients than `kube`, whose own it goes by already. */
  admit?: CallOptions["admit"];
}

interface Program {
  /** Its flags; those in `needs` have to be there. */
  flags: string[];
  needs: string[];
  /** Only one at a time does its work: the holder of this Lease in the namespace that it is given. */
  lease?: string;
  /** It is to end with its work done. Stopped before, it says so: a Job whose program ends well is complete. */
  isJob?: true;
  run: (flags: Record<string, string>, given: Given) => Promise<void>;
}

// Each is imported only when it is the one that runs: what a process does not load costs no memory.
const programs: Record<string, Program> = {
  "hypershift-operator": {
    flags: [
      "namespace",
      "additional-trust-bundle",
      "hcp-egress-block-cidrs",
      "allow-releases",
      "allow-override",
      "recovery-image",
    ],
    needs: ["namespace"],
    lease: "hypershift-operator",
    async run({ namespace = "", "additional-trust-bundle": bundle, ...flags }, given) {
      const { runOperator } = await import("./controllers/run-operator.ts");
      await runOperator({
        ...given,
        namespace,
        trustBundle: bundle && textOf(bundle),
        blockedCidrs: listOf(flags["hcp-egress-block-cidrs"]),
        allowedReleases: listOf(flags["allow-releases"]),
        allowedOverrides: listOf(flags["allow-override"]),
        recoveryImage: flags["recovery-image"],
      });
    },
  },
  "control-plane-operator": {
    flags: ["namespace", "name"],
    needs: ["namespace"],
    lease: "control-plane-operator",
    async run({ namespace = "" }, given) {
      const { runControlPlaneOperator } = await import(
        "./controllers/hosted-control-plane/run-control-plane-operator.ts"
      );
      await runControlPlaneOperator({ ...given, namespace });
    },
  },
  "agent-registration": {
    flags: ["namespace"],
    needs: ["namespace"],
    async run({ namespace = "" }, given) {
      const { runAgentRegistration } = await import("./controllers/run-agent-registration.ts");
      await runAgentRegistration({ ...given, namespace });
    },
  },
  "ignition-server": {
    flags: ["namespace", "pull-secret", "ssh-key", "additional-trust-bundle", "tls-directory", "port"],
    needs: ["namespace", "pull-secret", "tls-directory"],
    async run(flags, given) {
      const { runIgnitionServer } = await import("./ignition/run-ignition-server.ts");
      await runIgnitionServer({
        ...given,
        namespace: flags.namespace ?? "",
        pullSecret: flags["pull-secret"] ?? "",
        sshKey: flags["ssh-key"],
        additionalTrustBundle: flags["additional-trust-bundle"],
        tlsDirectory: flags["tls-directory"] ?? "",
        port: Number(flags.port ?? 9090),
      });
    },
  },
  "probe-location": {
    isJob: true,
    flags: ["name", "of", "location"],
    needs: ["name", "of", "location"],
    async run({ name = "", of = "", location = "" }, given) {
      const { runProbeLocation } = await import("./recovery/probe/run-probe-location.ts");
      await runProbeLocation({ ...given, name, of, location });
    },
  },
  "make-backup": {
    isJob: true,
    flags: ["cluster-namespace", "cluster", "backup", "uid", "location"],
    needs: ["cluster-namespace", "cluster", "backup", "uid", "location"],
    async run(
      { "cluster-namespace": namespace = "", cluster = "", backup: name = "", uid = "", location = "" },
      given,
    ) {
      const { runMakeBackup } = await import("./recovery/backup/run-make-backup.ts");
      await runMakeBackup({ ...given, namespace, cluster, name, uid, location });
    },
  },
  "make-etcd-backup": {
    isJob: true,
    flags: ["control-plane-namespace", "backup", "uid", "location"],
    needs: ["control-plane-namespace", "backup", "uid", "location"],
    async run({ "control-plane-namespace": namespace = "", backup: name = "", uid = "", location = "" }, given) {
      const { runMakeEtcdBackup } = await import("./recovery/backup/run-make-etcd-backup.ts");
      await runMakeEtcdBackup({ ...given, namespace, name, uid, location });
    },
  },
  "check-backup": {
    isJob: true,
    flags: ["backup-namespace", "backup", "path", "of", "found-inside", "location"],
    needs: ["backup-namespace", "backup", "path", "of", "location"],
    async run({ "backup-namespace": namespace = "", backup: name = "", path = "", of = "", ...flags }, given) {
      const { runCheckBackup } = await import("./recovery/backup/run-check-backup.ts");
      const { location = "", "found-inside": inside } = flags;
      await runCheckBackup({ ...given, namespace, name, path, of, foundInside: inside === "true", location });
    },
  },
  "serve-snapshot": {
    flags: ["path", "restore", "restore-namespace", "credentials", "namespace", "port", "at", "location"],
    needs: ["path", "restore", "restore-namespace", "credentials", "namespace", "port", "location"],
    async run({ path = "", restore: name = "", credentials = "", port = "", location = "", ...flags }, given) {
      const { runServeSnapshot } = await import("./recovery/serve/run-serve-snapshot.ts");
      const [namespace = "", operatorNamespace = ""] = [flags["restore-namespace"], flags.namespace];
      await runServeSnapshot({
        ...given,
        ...{ namespace, name, path, credentials, operatorNamespace, location, port: Number(port), at: flags.at },
      });
    },
  },
  "restore-objects": {
    isJob: true,
    flags: ["step", "path", "restore", "restore-namespace", "uid", "cluster", "former-is-gone", "location"],
    needs: ["step", "restore", "restore-namespace", "uid", "cluster"],
    async run({ step = "", path = "", restore: name = "", uid = "", cluster = "", location, ...flags }, given) {
      const { runRestoreObjects } = await import("./recovery/objects/run-restore-objects.ts");
      const { "restore-namespace": namespace = "", "former-is-gone": gone } = flags;
      await runRestoreObjects({
        ...given,
        ...{ namespace, name, uid, cluster, step, path, location, formerIsGone: gone === "true" },
      });
    },
  },
  "ship-changes": {
    flags: ["cluster-namespace", "cluster", "schedule", "location"],
    needs: ["cluster-namespace", "cluster", "schedule", "location"],
    async run({ "cluster-namespace": namespace = "", cluster = "", schedule = "", location = "" }, given) {
      const { runShipChanges } = await import("./recovery/changes/run-ship-changes.ts");
      await runShipChanges({ ...given, namespace, cluster, schedule, location });
    },
  },
  "serve-drill": {
    flags: ["path", "drill", "drill-namespace", "uid", "plane", "credentials", "namespace", "port", "location"],
    needs: ["path", "drill", "drill-namespace", "uid", "plane", "credentials", "namespace", "port", "location"],
    async run({ path = "", drill: name = "", uid = "", plane = "", credentials = "", location = "", ...flags }, given) {
      const { runServeDrill } = await import("./recovery/drill/run-serve-drill.ts");
      const [namespace = "", operatorNamespace = ""] = [flags["drill-namespace"], flags.namespace];
      await runServeDrill({
        ...given,
        ...{ namespace, name, uid, planeNamespace: plane, path, credentials, operatorNamespace, location },
        port: Number(flags.port),
      });
    },
  },
  "delete-backup": {
    isJob: true,
    flags: ["backup-namespace", "backup", "path", "uid", "location"],
    needs: ["backup-namespace", "backup", "path", "uid", "location"],
    async run({ "backup-namespace": namespace = "", backup: name = "", path = "", uid = "", location = "" }, given) {
      const { runDeleteBackup } = await import("./recovery/backup/run-delete-backup.ts");
      await runDeleteBackup({ ...given, namespace, name, path, uid, location });
    },
  },
  "local-cloud": {
    flags: ["pool", "volumes", "domain", "dns-server", "dns-key"],
    needs: ["pool", "volumes", "domain", "dns-server", "dns-key"],
    async run({ pool = "", volumes = "", domain = "", "dns-server": server = "", "dns-key": key = "" }, given) {
      const { runLocalCloud } = await import("./local/run-local-cloud.ts");
      const { programNft } = await import("./local/network-policy/program-nft.ts");
      const { dnsUpdater } = await import("./local/dns/dns-updater.ts");
      const dns = { domain, update: await dnsUpdater({ server, zone: domain, keyFile: key, signal: given.signal }) };
      await runLocalCloud({ ...given, pool, volumes, program: programNft, dns });
    },
  },
};

/**
 * Flags of every program: a kubeconfig in place of the pod's own cluster, and a port for `/healthz`, `/readyz` and
 * `/metrics`.
 */
const commonFlags = ["kubeconfig", "health-port", "log-level"];

async function main(name: string, args: string[], signal: AbortSignal): Promise<void> {
  const program = programs[name];
  if (!program) throw new Error(`There is no program "${name}": there are ${Object.keys(programs).join(", ")}`);
  const flags = flagsOf(name, program, args);
  const log = createLog({
    write: (line) => process.stdout.write(line),
    level: (flags["log-level"] ?? "info") as Level,
    fields: { program: name },
  });
  const { gc } = globalThis;
  // The last resort also gives pages of the heap back to the system; another collection keeps them for later.
  collectWhenIdle({ collect: gc && (() => gc({ type: "major", execution: "sync", flavor: "last-resort" })), signal });
  const { onPass, requestsTo, also, text } = createMetrics();
  const kube = await createKube({
    path: flags.kubeconfig ?? process.env.KUBECONFIG,
    fieldManager: name,
    userAgent: `roost/${name}`,
    environment: process.env,
    onRequest: requestsTo("management"),
  });
  const health = new Health();
  const port = flags["health-port"];
  if (port) await startHealthServer({ port: Number(port), health, metrics: text, signal });
  const given = { kube, log, signal, onPass, requestsTo, alsoInMetrics: also, health };
  if (!program.lease) return program.run(flags, given);
  const [{ lead }, { boundedKube }] = await Promise.all([import("./kube/leader.ts"), import("./kube/bounded-kube.ts")]);
  const { namespace = "" } = flags;
  // A pod's host name is its own. A container that starts anew in it goes on at once: the one before it has ended.
  const identity = flags.kubeconfig ? `${hostname()}-${process.pid}` : hostname();
  await lead({ kube, log, signal, namespace, name: program.lease, identity, health }, ({ signal, admit }) =>
    program.run(flags, { ...given, kube: boundedKube(kube, { admit }), signal, admit }),
  );
}

function flagsOf(name: string, program: Program, args: string[]): Record<string, string> {
  const names = [...program.flags, ...commonFlags];
  const options = Object.fromEntries(names.map((flag) => [flag, { type: "string" as const }]));
  const { values } = parseArgs({ args, options });
  const flags = values as Record<string, string>;
  const missing = program.needs.filter((flag) => !flags[flag]);
  if (missing.length > 0) throw new Error(`${name} needs --${missing.join(" and --")}`);
  return flags;
}

/** What a flag lists with commas; nothing where it is not given. */
function listOf(text = ""): string[] {
  return text.split(",").filter(Boolean);
}

/** A bundle that is not there is none. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
const [name = "", ...args] = process.argv.slice(2);
/** As the shell tells of SIGTERM. */
const stopped = programs[name]?.isJob ? 143 : 0;
try {
  await main(name, args, stop.signal);
  // Whatever is still open (a connection, a timer) is of no use any more.
  process.exit(stop.signal.aborted ? stopped : 0);
} catch (error) {
  if (stop.signal.aborted) process.exit(stopped);
  const isMistake = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  process.stderr.write(`${isMistake ? error.stack : sentenceOf(error)}\n`);
  process.exit(1);
}
