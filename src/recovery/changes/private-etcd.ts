import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EtcdClient } from "../../etcd/etcd-client.ts";
import { pause } from "../../kube/pause.ts";
import { createAuthority, issue } from "../../pki/certificate.ts";
import { runProcess } from "../../release/run-process.ts";
import { type SnapshotPrograms, saveSnapshot } from "../etcd/snapshot.ts";

export interface PrivateEtcdOptions {
  /** What it begins with. */
  snapshot: string;
  /** A folder of its own with room for its database. */
  folder: string;
  programs: PrivateEtcdPrograms;
  ports?: { client: number; peer: number };
  signal: AbortSignal;
}

/** Where the programs are that do the work. */
export interface PrivateEtcdPrograms extends SnapshotPrograms {
  etcd: string;
}

/** An etcd with the data of a snapshot, which nobody but this process can reach. */
export interface PrivateEtcd {
  client: EtcdClient;
  host: string;
  /** Takes a snapshot of what it holds now, into a file of the folder. */
  save(): Promise<string>;
  stop(): Promise<void>;
}

const host = "localhost";
/** As much as etcd ever takes. */
const quotaBytes = 16 * 1024 ** 3;
/** In a change may be all keys of a lease, and whatever the etcd that it comes from took. */
const mostOperations = 100_000;
const mostRequestBytes = 256 * 1024 ** 2;
const startMs = 120_000;

/** Starts one on the loopback interface. Its data need not survive it, so nothing waits for the disk. */
export async function startPrivateEtcd(options: PrivateEtcdOptions): Promise<PrivateEtcd> {
  const { snapshot, folder, programs, signal, ports = { client: 2379, peer: 2380 } } = options;
  const data = join(folder, "data");
  const peer = `http://127.0.0.1:${ports.peer}`;
  const own = ["--name=replay", `--initial-cluster=replay=${peer}`, `--initial-advertise-peer-urls=${peer}`];
  await runProcess(programs.etcdutl, ["snapshot", "restore", snapshot, `--data-dir=${data}`, ...own], { signal });
  const files = await writeCertificates(folder);
  const url = `https://127.0.0.1:${ports.client}`;
  const child = spawn(
    programs.etcd,
    [
      "--name=replay",
      `--data-dir=${data}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peer}`,
      `--cert-file=${files.certificate}`,
      `--key-file=${files.key}`,
      `--trusted-ca-file=${files.ca}`,
      "--client-cert-auth=true",
      "--unsafe-no-fsync=true",
      // What it keeps in memory for other members, of which there are none: all changes, otherwise.
      "--snapshot-count=50",
      "--snapshot-catchup-entries=10",
      // Nobody else is held up by it.
      "--compaction-batch-limit=100000",
      `--quota-backend-bytes=${quotaBytes}`,
      `--max-txn-ops=${mostOperations}`,
      `--max-request-bytes=${mostRequestBytes}`,
      "--log-level=error",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const words = lastWords(child);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()).once("error", () => resolve()));
  const client = new EtcdClient(files.access, {
    addressOf: () => ({ host: "127.0.0.1", port: ports.client }),
    timeoutMs: 60_000,
  });
  const stop = async () => {
    client.close();
    child.kill("SIGKILL");
    await exited;
  };
  try {
    await untilLed(client, child, words, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    client,
    host,
    stop,
    async save() {
      const endpoint = `https://localhost:${ports.client}`;
      return saveSnapshot({ endpoint, access: files.access, folder, etcdctl: programs.etcdctl, signal });
    },
  };
}

async function untilLed(client: EtcdClient, child: ChildProcess, words: () => string, signal: AbortSignal) {
  const deadline = Date.now() + startMs;
  for (;;) {
    signal.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      throw new Error(`Cannot replay changes: etcd ended: ${words()}`);
    }
    const status = await client.status(host).catch((error: Error) => error);
    if (!(status instanceof Error) && status.leader) return;
    if (Date.now() > deadline) {
      const found = status instanceof Error ? status.message : "it has no leader";
      throw new Error(`Cannot replay changes: etcd did not start within ${startMs / 1000} s: ${found}`);
    }
    await pause(50, signal);
  }
}

/** etcd's gateway is a client of its own etcd, with the server's certificate. */
async function writeCertificates(folder: string) {
  await mkdir(folder, { recursive: true });
  const now = new Date();
  const authority = createAuthority("replay", now);
  const profile = { commonName: "replay", dnsNames: [host], usages: ["server" as const, "client" as const] };
  const { certificate, key } = issue(profile, authority, now);
  const access = { ca: authority.certificate, certificate, key };
  const files = { ca: join(folder, "ca.crt"), certificate: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  for (const name of ["ca", "certificate", "key"] as const) await writeFile(files[name], access[name], { mode: 0o600 });
  return { ...files, access };
}

function lastWords({ stderr }: ChildProcess): () => string {
  let text = "";
  stderr?.on("data", (chunk: Buffer) => {
    text = `${text}${chunk}`.slice(-2_000);
  });
  return () => text.trim().split("\n").at(-1) ?? "";
}
