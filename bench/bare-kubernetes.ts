import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKube } from "../src/kube/create-kube.ts";
import { pause } from "../src/kube/pause.ts";
import { runProcess } from "../src/release/run-process.ts";
import { freePorts } from "../src/testing/free-ports.ts";
import type { BarePrograms } from "./bare-programs.ts";

/** etcd and the Kubernetes programs as plain processes: what a hosted control plane is measured against. */
export interface BareKubernetes {
  /** From the first exec, of etcdutl where it begins with a snapshot, to /readyz. */
  readySeconds: number;
  pids: number[];
  /** Where its etcd takes requests. */
  etcd: string;
  /** The text of its administrator's kubeconfig. */
  kubeconfig: string;
  stop(): Promise<void>;
}

const readyWithinSeconds = 120;

/**
 * Starts etcd and kube-apiserver with their defaults (durable writes, RBAC, the node authorizer), and with `complete`
 * the controller manager and the scheduler too. With `snapshot`, etcd begins with what that holds.
 */
export async function startBareKubernetes(
  programs: BarePrograms,
  { complete = false, snapshot }: { complete?: boolean; snapshot?: string } = {},
): Promise<BareKubernetes> {
  const folder = await mkdtemp(join(tmpdir(), "roost-bench-"));
  const [client = 0, peer = 0, secure = 0] = await freePorts(3);
  const token = randomBytes(16).toString("hex");
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "sec1", format: "pem" });
  await writeFile(join(folder, "service-accounts.key"), key, { mode: 0o600 });
  await writeFile(join(folder, "tokens.csv"), `${token},admin,admin,system:masters\n`, { mode: 0o600 });

  const children: ChildProcess[] = [];
  const start = (program: keyof BarePrograms, args: string[]) =>
    children.push(spawn(programs[program], args, { stdio: "ignore" }));
  const stop = async () => {
    await Promise.all(children.map(ended));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const began = performance.now();
    const etcd = `http://127.0.0.1:${client}`;
    const member = [
      `--data-dir=${folder}/etcd`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=default=http://127.0.0.1:${peer}`,
    ];
    if (snapshot) await runProcess(programs.etcdutl, ["snapshot", "restore", snapshot, ...member]);
    start("etcd", [
      ...member,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      "--log-level=error",
    ]);
    start("kube-apiserver", [
      `--etcd-servers=${etcd}`,
      `--cert-dir=${folder}/certs`,
      "--bind-address=127.0.0.1",
      `--secure-port=${secure}`,
      `--token-auth-file=${folder}/tokens.csv`,
      "--authorization-mode=Node,RBAC",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${folder}/service-accounts.key`,
      `--service-account-signing-key-file=${folder}/service-accounts.key`,
      "--service-cluster-ip-range=10.0.0.0/24",
      "--endpoint-reconciler-type=none",
      "--allow-privileged=true",
    ]);
    const kubeconfig = await ready(folder, `https://127.0.0.1:${secure}`, token, () => children.every(alive));
    const readySeconds = (performance.now() - began) / 1000;
    if (complete) {
      const file = join(folder, "kubeconfig");
      await writeFile(file, kubeconfig, { mode: 0o600 });
      const [managerPort = 0, schedulerPort = 0] = await freePorts(2);
      start("kube-controller-manager", [
        `--kubeconfig=${file}`,
        `--service-account-private-key-file=${folder}/service-accounts.key`,
        "--use-service-account-credentials",
        "--leader-elect=false",
        "--bind-address=127.0.0.1",
        `--secure-port=${managerPort}`,
      ]);
      start("kube-scheduler", [
        `--kubeconfig=${file}`,
        "--leader-elect=false",
        "--bind-address=127.0.0.1",
        `--secure-port=${schedulerPort}`,
      ]);
    }
    return { readySeconds, kubeconfig, etcd, pids: children.flatMap(({ pid }) => pid ?? []), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ready(folder: string, server: string, token: string, running: () => boolean): Promise<string> {
  const deadline = Date.now() + readyWithinSeconds * 1000;
  while (Date.now() < deadline && running()) {
    try {
      const ca = await readFile(join(folder, "certs", "apiserver.crt"), "utf8");
      const kubeconfig = kubeconfigOf(server, ca, token);
      const kube = await createKube({ kubeconfig });
      const { status } = await kube.request("GET", "/readyz", { signal: AbortSignal.timeout(2000) });
      kube.close();
      if (status === 200) return kubeconfig;
    } catch {
      // Not listening yet.
    }
    await pause(25);
  }
  throw new Error("The bare API server did not become ready: start it by hand to see why");
}

function kubeconfigOf(server: string, ca: string, token: string): string {
  const cluster = { server, "certificate-authority-data": Buffer.from(ca).toString("base64") };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "bare",
    clusters: [{ name: "bare", cluster }],
    users: [{ name: "bare", user: { token } }],
    contexts: [{ name: "bare", context: { cluster: "bare", user: "bare" } }],
  });
}

const alive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

function ended(child: ChildProcess): Promise<void> {
  if (!alive(child) || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}
