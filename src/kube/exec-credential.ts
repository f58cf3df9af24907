import { execFile } from "node:child_process";
import type { Connection, Credentials } from "./connection.ts";

/** The `exec` part of a kubeconfig's user: a program that prints credentials. */
export interface ExecPlugin {
  apiVersion?: string;
  command: string;
  args?: string[];
  env?: { name: string; value: string }[];
  installHint?: string;
  provideClusterInfo?: boolean;
}

interface ExecCredential {
  status?: {
    expirationTimestamp?: string;
    token?: string;
    clientCertificateData?: string;
    clientKeyData?: string;
  };
}

const timeoutMs = 60_000;

/** Credentials printed by a program, asked for again when they end or are refused. */
export function execCredentials(
  plugin: ExecPlugin,
  cluster: object,
  environment: Record<string, string | undefined>,
): Pick<Connection, "credentials" | "refused"> {
  let running: Promise<Credentials> | undefined;
  let endsAt = Number.POSITIVE_INFINITY;

  async function ask(): Promise<Credentials> {
    const { status } = await run(plugin, cluster, environment);
    endsAt = status?.expirationTimestamp ? Date.parse(status.expirationTimestamp) - 10_000 : Number.POSITIVE_INFINITY;
    return {
      authorization: status?.token ? `Bearer ${status.token}` : undefined,
      certificate: status?.clientCertificateData,
      key: status?.clientKeyData,
    };
  }
  return {
    credentials() {
      if (Date.now() >= endsAt) running = undefined;
      running ??= ask().catch((error) => {
        running = undefined;
        throw error;
      });
      return running;
    },
    refused() {
      running = undefined;
    },
  };
}

function run(plugin: ExecPlugin, cluster: object, environment: Record<string, string | undefined>) {
  const apiVersion = plugin.apiVersion ?? "client.authentication.k8s.io/v1";
  const info = {
    apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false, ...(plugin.provideClusterInfo && { cluster }) },
  };
  const env = { ...environment, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  for (const { name, value } of plugin.env ?? []) Object.assign(env, { [name]: value });

  return new Promise<ExecCredential>((resolve, reject) => {
    execFile(plugin.command, plugin.args ?? [], { env, timeout: timeoutMs }, (error, stdout, stderr) => {
      const hint = plugin.installHint ? ` (${plugin.installHint.trim()})` : "";
      if (error) {
        // Not error.message: it repeats the arguments, which may hold a secret.
        const why = error.code === "ENOENT" ? "it is not installed" : stderr.trim() || `it ended with ${error.code}`;
        return reject(new Error(`Could not get credentials from ${plugin.command}: ${why}${hint}`));
      }
      try {
        resolve(JSON.parse(stdout) as ExecCredential);
      } catch {
        reject(new Error(`Could not get credentials from ${plugin.command}: it printed no ExecCredential${hint}`));
      }
    });
  });
}
