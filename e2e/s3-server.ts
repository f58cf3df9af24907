import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pause } from "../src/kube/pause.ts";
import { createAuthority, issue } from "../src/pki/certificate.ts";
import { s3Store } from "../src/recovery/store/s3-store.ts";
import type { Store } from "../src/recovery/store/store.ts";
import { freePorts } from "../src/testing/free-ports.ts";

/** versitygw as a process of this computer, with TLS of its own, which a test may kill and start again. */
export interface S3Server {
  /** A store below this prefix of its one bucket. */
  store: (prefix: string, changes?: Partial<Parameters<typeof s3Store>[0]>) => Store;
  kill: () => Promise<void>;
  start: () => Promise<void>;
  /** How many parts were sent to it since it was started first. */
  partsSent: () => number;
}

/** Starts the program with all that it keeps in `folder`. */
export async function s3Server(program: string, folder: string): Promise<S3Server> {
  const now = new Date();
  const authority = createAuthority("s3 test", now);
  const profile = { commonName: "s3", dnsNames: [], addresses: ["127.0.0.1"], usages: ["server" as const] };
  const { certificate, key } = issue(profile, authority, now);
  const at = (name: string) => join(folder, name);
  await Promise.all([writeFile(at("tls.crt"), certificate), writeFile(at("tls.key"), key, { mode: 0o600 })]);
  await Promise.all(["data/backups", "sidecar"].map((name) => mkdir(at(name), { recursive: true })));
  const [port = 0] = await freePorts(1);
  const endpoint = `https://127.0.0.1:${port}`;
  const credentials = { accessKeyId: "somebody", secretAccessKey: "very-secret" };
  const args = [
    ...["--port", `127.0.0.1:${port}`, "--cert", at("tls.crt"), "--key", at("tls.key")],
    ...["--quiet", "--access-log", "stdout"],
    ...["posix", "--sidecar", at("sidecar"), at("data")],
  ];
  let running: ChildProcess | undefined;
  let parts = 0;
  const server: S3Server = {
    store: (prefix, changes) =>
      s3Store({ endpoint, bucket: "backups", prefix, credentials, ca: authority.certificate, ...changes }),
    partsSent: () => parts,
    async start() {
      const env = { ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey };
      running = spawn(program, args, { env, stdio: ["ignore", "pipe", "ignore"] });
      if (running.stdout) {
        createInterface(running.stdout).on("line", (line) => {
          if (/ s3_UploadPart .* 200 /.test(line)) parts++;
        });
      }
      for (const deadline = Date.now() + 60_000; !(await answers(endpoint, authority.certificate)); await pause(50)) {
        if (Date.now() > deadline || running.exitCode !== null)
          throw new Error(`${program} does not answer at ${endpoint}`);
      }
    },
    async kill() {
      const ended = new Promise((resolve) => running?.once("exit", resolve));
      if (running?.exitCode === null && running.kill("SIGKILL")) await ended;
    },
  };
  await server.start();
  return server;
}

function answers(endpoint: string, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(endpoint, { ca, agent: false, timeout: 5_000 }, (response) => {
      response.resume();
      resolve(true);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.end();
  });
}
