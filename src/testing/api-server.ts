import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { openSync } from "node:fs";
import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CreateKubeOptions, createKube, type ReplaceableKube } from "../kube/create-kube.ts";
import { pause } from "../kube/pause.ts";
import { freePorts } from "./free-ports.ts";
import { type ApiServerPrograms, apiServerPrograms } from "./programs.ts";

export interface StartApiServerOptions {
  /** The Kubernetes minor; 1.34 where absent. */
  version?: "1.34" | "1.33";
  /** The files of the programs; those of the payload where absent. */
  programs?: ApiServerPrograms;
}

/** A real kube-apiserver on a real etcd, alone: nothing schedules, collects garbage, or ends namespaces. */
export interface ApiServer {
  kube: ReplaceableKube;
  /** The text of a kubeconfig of a cluster administrator. */
  kubeconfig: string;
  server: string;
  /** A client of another user (with `system:masters` it may do anything). */
  kubeAs(user: string, groups?: string[]): Promise<ReplaceableKube>;
  /** Kills the API server (not etcd) at once. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
  /** Keeps a copy of etcd's data. What this gives puts it back, with lower versions than were given out meanwhile. */
  backup(): Promise<() => Promise<void>>;
  /** Where tests failed, its log is kept, and where it is then is told. */
  stop(options?: { keepLog?: boolean }): Promise<string | undefined>;
}

const readyWithinMs = 120_000;

/** Starts one for a test. It ends with `stop`, or with the process that started it, and leaves nothing behind. */
export async function startApiServer(options: StartApiServerOptions = {}): Promise<ApiServer> {
  const programs = options.programs ?? (await apiServerPrograms(options.version ?? "1.34"));
  const folder = await mkdtemp(join(tmpdir(), "roost-api-server-"));
  const [clientPort = 0, peerPort = 0, securePort = 0] = await freePorts(3);
  const token = randomBytes(16).toString("hex");
  await writeKeys(folder, token);

  const startEtcd = () => run(programs.etcd, etcdFlags(folder, clientPort, peerPort), join(folder, "etcd.log"));
  let etcd = startEtcd();
  const startKubeApiserver = () =>
    run(programs["kube-apiserver"], apiServerFlags(folder, clientPort, securePort), join(folder, "kube-apiserver.log"));
  let apiserver = startKubeApiserver();
  let guard = guardAgainstOrphans([etcd, apiserver], folder);
  const server = `https://127.0.0.1:${securePort}`;

  async function start() {
    if (hasEnded(etcd)) etcd = startEtcd();
    apiserver = startKubeApiserver();
    guard.kill();
    guard = guardAgainstOrphans([etcd, apiserver], folder);
    await ready(folder, server, token, () => apiserver);
  }
  /** Does something to etcd's data while nothing uses it. */
  async function atRest(act: () => Promise<void>) {
    await Promise.all([end(apiserver), end(etcd)]);
    await act();
    await start();
  }
  async function stop({ keepLog = false } = {}) {
    await Promise.all([end(apiserver), end(etcd)]);
    guard.kill();
    const kept = keepLog ? `${folder}.log` : undefined;
    if (kept) await copyFile(join(folder, "kube-apiserver.log"), kept);
    await rm(folder, { recursive: true, force: true });
    return kept;
  }
  try {
    const ca = await ready(folder, server, token, () => apiserver);
    const kubeconfig = kubeconfigOf(server, ca, { token });
    return {
      kube: await createKube({ kubeconfig, fieldManager: "test", userAgent: "test" }),
      kubeconfig,
      server,
      kubeAs: (user, groups = []) => impersonate(kubeconfig, user, groups),
      kill: () => end(apiserver),
      start,
      async backup() {
        const [data, kept] = [join(folder, "etcd"), join(folder, "etcd-backup")];
        await atRest(() => cp(data, kept, { recursive: true }));
        return () =>
          atRest(async () => {
            await rm(data, { recursive: true });
            await cp(kept, data, { recursive: true });
          });
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function etcdFlags(folder: string, clientPort: number, peerPort: number): string[] {
  const client = `http://127.0.0.1:${clientPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  return [
    `--data-dir=${folder}/etcd`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    "--log-level=warn",
    // The data is thrown away anyway.
    "--unsafe-no-fsync",
  ];
}

function apiServerFlags(folder: string, etcdPort: number, port: number): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    `--cert-dir=${folder}/certs`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--token-auth-file=${folder}/tokens.csv`,
    "--authorization-mode=RBAC",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${folder}/service-accounts.key`,
    `--service-account-signing-key-file=${folder}/service-accounts.key`,
    "--service-cluster-ip-range=10.0.0.0/24",
    "--endpoint-reconciler-type=none",
    // Nothing here makes the service accounts and tokens that pods would need.
    "--disable-admission-plugins=ServiceAccount",
    "--allow-privileged=true",
  ];
}

async function writeKeys(folder: string, token: string): Promise<void> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const mode = 0o600;
  await writeFile(join(folder, "service-accounts.key"), privateKey.export({ type: "sec1", format: "pem" }), { mode });
  await writeFile(join(folder, "tokens.csv"), `${token},admin,admin,system:masters\n`, { mode });
}

function kubeconfigOf(server: string, ca: string, user: object): string {
  const cluster = { server, "certificate-authority-data": Buffer.from(ca).toString("base64") };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "test", cluster }],
    users: [{ name: "test", user }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
  });
}

/** A client of another user, made with the credentials of one who may act for others. */
export function impersonate(
  kubeconfig: string,
  user: string,
  groups: string[],
  { onRequest }: Pick<CreateKubeOptions, "onRequest"> = {},
): Promise<ReplaceableKube> {
  const acting = kubeconfigAs(kubeconfig, user, groups);
  return createKube({ kubeconfig: acting, fieldManager: user, userAgent: "test", onRequest });
}

/** The kubeconfig of an administrator, who acts as somebody else. */
export function kubeconfigAs(kubeconfig: string, user: string, groups: string[]): string {
  const config = JSON.parse(kubeconfig) as { users: { user: object }[] };
  for (const entry of config.users) Object.assign(entry.user, { as: user, "as-groups": groups });
  return JSON.stringify(config);
}

/** Waits until the API server is ready, and gives the certificate that it made for itself. */
async function ready(folder: string, server: string, token: string, process: () => ChildProcess): Promise<string> {
  const deadline = Date.now() + readyWithinMs;
  let last = "not asked yet";
  while (Date.now() < deadline) {
    if (process().exitCode !== null) break;
    try {
      const ca = await readFile(join(folder, "certs", "apiserver.crt"), "utf8");
      const kube = await createKube({ kubeconfig: kubeconfigOf(server, ca, { token }) });
      const { status, body } = await kube.request("GET", "/readyz?verbose", { signal: AbortSignal.timeout(5000) });
      kube.close();
      if (status === 200) return ca;
      last = body;
    } catch (error) {
      last = (error as Error).message;
    }
    await pause(50);
  }
  const log = await readFile(join(folder, "kube-apiserver.log"), "utf8").catch(() => "");
  throw new Error(`The API server of the tests did not become ready (${last}); its log ends with\n${log.slice(-3000)}`);
}

function run(program: string, args: string[], log: string): ChildProcess {
  const file = openSync(log, "a");
  return spawn(program, args, { stdio: ["ignore", file, file] });
}

const hasEnded = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

/** A shell that waits for this process to end, however it ends, and then clears up after it. */
function guardAgainstOrphans(children: ChildProcess[], folder: string): ChildProcess {
  const script = 'folder=$1; shift; read -r _; kill -9 "$@" 2>/dev/null; sleep 1; rm -rf "$folder"';
  const pids = children.map((child) => String(child.pid));
  // Detached, so that a signal to the whole group of this process (Ctrl-C) does not end it too.
  const stdio = ["pipe", "ignore", "ignore"] as const;
  const guard = spawn("sh", ["-c", script, "sh", folder, ...pids], { stdio: [...stdio], detached: true });
  guard.unref();
  return guard;
}
