import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Connection } from "./connection.ts";
import { type ExecPlugin, execCredentials } from "./exec-credential.ts";
import { tokenFile } from "./in-cluster.ts";

export interface Kubeconfig {
  apiVersion?: string;
  kind?: string;
  "current-context"?: string;
  contexts?: { name: string; context?: { cluster?: string; user?: string; namespace?: string } }[];
  clusters?: { name: string; cluster?: ClusterEntry }[];
  users?: { name: string; user?: UserEntry }[];
}

interface ClusterEntry {
  server?: string;
  "certificate-authority"?: string;
  "certificate-authority-data"?: string;
  "insecure-skip-tls-verify"?: boolean;
  "tls-server-name"?: string;
  "proxy-url"?: string;
}

interface UserEntry {
  "client-certificate"?: string;
  "client-certificate-data"?: string;
  "client-key"?: string;
  "client-key-data"?: string;
  token?: string;
  tokenFile?: string;
  username?: string;
  password?: string;
  exec?: ExecPlugin;
  as?: string;
  "as-groups"?: string[];
}

export interface KubeconfigOptions {
  /** The file's current context where absent. */
  context?: string;
  /** The folder that relative paths in it start from. */
  folder?: string;
  /** What the file is called in messages. */
  name?: string;
  /** For programs that print credentials. */
  environment?: Record<string, string | undefined>;
}

/** Reads a kubeconfig file. */
export async function readKubeconfig(path: string, options: KubeconfigOptions = {}): Promise<Connection> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new Error(`Could not read the kubeconfig ${path}: ${(cause as Error).message}`, { cause });
  }
  return parseKubeconfig(text, { folder: dirname(path), name: `kubeconfig ${path}`, ...options });
}

/** The way to the API server that a kubeconfig's context names. */
export async function parseKubeconfig(text: string, options: KubeconfigOptions = {}): Promise<Connection> {
  const { name = "kubeconfig", folder = ".", environment = {} } = options;
  const config = await parse(text, name);
  const contextName = options.context ?? config["current-context"];
  if (!contextName) throw new Error(`The ${name} has no current context: name one`);
  const context = config.contexts?.find((entry) => entry.name === contextName)?.context;
  if (!context) throw new Error(`The ${name} has no context "${contextName}"${known(config.contexts)}`);
  const cluster = config.clusters?.find((entry) => entry.name === context.cluster)?.cluster;
  if (!cluster?.server) {
    throw new Error(`The ${name} has no cluster "${context.cluster}", which its context "${contextName}" names`);
  }
  const user = config.users?.find((entry) => entry.name === context.user)?.user;
  if (!user && context.user) {
    throw new Error(`The ${name} has no user "${context.user}", which its context "${contextName}" names`);
  }
  const pem = (data?: string, file?: string) => pemOf(data, file && resolve(folder, file), name);

  return {
    server: cluster.server.replace(/\/$/, ""),
    ca: await pem(cluster["certificate-authority-data"], cluster["certificate-authority"]),
    serverName: cluster["tls-server-name"],
    insecure: cluster["insecure-skip-tls-verify"],
    proxy: cluster["proxy-url"],
    namespace: context.namespace,
    actAs: user?.as ? { user: user.as, groups: user["as-groups"] ?? [] } : undefined,
    ...(await credentialsOf(user ?? {}, cluster, pem, folder, environment)),
  };
}

async function credentialsOf(
  user: UserEntry,
  cluster: ClusterEntry,
  pem: (data?: string, file?: string) => Promise<string | undefined>,
  folder: string,
  environment: Record<string, string | undefined>,
): Promise<Pick<Connection, "credentials" | "refused">> {
  if (user.exec) {
    const info = { server: cluster.server, "certificate-authority-data": cluster["certificate-authority-data"] };
    return execCredentials(user.exec, info, environment);
  }
  const certificate = await pem(user["client-certificate-data"], user["client-certificate"]);
  const key = await pem(user["client-key-data"], user["client-key"]);
  if (user.tokenFile) return tokenFile(resolve(folder, user.tokenFile));
  const authorization = authorizationOf(user);
  const credentials = { authorization, certificate, key };
  return { credentials: () => credentials };
}

function authorizationOf({ token, username, password }: UserEntry): string | undefined {
  if (token) return `Bearer ${token}`;
  if (username) return `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}`;
  return undefined;
}

async function pemOf(data: string | undefined, file: string | undefined, name: string): Promise<string | undefined> {
  if (data) return Buffer.from(data, "base64").toString("utf8");
  if (!file) return undefined;
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new Error(`Could not read ${file}, which the ${name} names: ${(cause as Error).message}`, { cause });
  }
}

async function parse(text: string, name: string): Promise<Kubeconfig> {
  try {
    // Our own are written as JSON: spares long-running processes the YAML parser.
    if (text.trimStart().startsWith("{")) return JSON.parse(text) as Kubeconfig;
    const { parseYaml } = await import("./parse-yaml.ts");
    return (parseYaml(text) ?? {}) as Kubeconfig;
  } catch (cause) {
    // Without the parser's message: it quotes the line, which may be a key.
    throw new Error(`The ${name} is no YAML`, { cause });
  }
}

const known = (entries: { name: string }[] = []) =>
  entries.length > 0 ? `, only ${entries.map((entry) => entry.name).join(", ")}` : "";
