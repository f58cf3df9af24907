import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../kube/controller.ts";
import { ConfigMap, Secret } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";
import { isPair } from "../pki/certificate.ts";
import { coreConfigLabel } from "./core-config.ts";
import { startHttpsServer } from "./https-server.ts";
import { ignitionServer, NotReady, type TokenHolder } from "./ignition-server.ts";
import type { MachineConfig } from "./machine-config.ts";
import { type ClusterConfig, payload } from "./payload.ts";
import {
  isExpired,
  reachedAnnotation,
  type TokenSecretContent,
  tokenSecretContent,
  tokenSecretLabel,
} from "./token-secret.ts";

export interface IgnitionServerOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** The namespace of the control plane. */
  namespace: string;
  /** Names of objects in that namespace. */
  pullSecret: string;
  sshKey?: string;
  additionalTrustBundle?: string;
  /** Directory with `tls.crt` and `tls.key`. */
  tlsDirectory: string;
  port: number;
  now?: () => Date;
  /** How often files and unfinished configurations are looked at again. */
  checkAgainMs?: number;
}

interface Holder extends TokenHolder {
  secret: Secret;
  content: TokenSecretContent;
}

/** Serves the configuration of one hosted cluster's nodes until the signal aborts. */
export async function runIgnitionServer(options: IgnitionServerOptions): Promise<void> {
  const { kube, log, signal, namespace, port, tlsDirectory, now = () => new Date(), checkAgainMs = 15_000 } = options;
  const secrets = new Map<string, Secret>();
  let synced = false;
  const checks = new Set<Promise<void>>();

  /** One at a time is enough: a later event of the Secret brings a check of its own. */
  const check = (secret: Secret) => {
    const done = reportPayload(options, secret)
      .catch((error: Error) => log.warn({ error: error.message }, "could not report on a configuration"))
      .finally(() => checks.delete(done));
    checks.add(done);
  };

  const watching = kube.watch(Secret, {
    namespace,
    labels: { [tokenSecretLabel]: "true" },
    signal,
    synced: () => {
      synced = true;
    },
    onEvent: ({ type, object }) => {
      const name = object.metadata?.name ?? "";
      if (type === "DELETED") {
        secrets.delete(name);
        return;
      }
      secrets.set(name, object);
      check(object);
    },
  });

  const serve = ignitionServer<Holder>({
    ready: () => synced,
    holders: () =>
      [...secrets.values()].flatMap((secret) => (isExpired(secret, now()) ? [] : (holderOf(secret) ?? []))),
    payload: async (holder) => payload(await clusterConfig(options), holder.content),
    reached: async ({ secret }) => {
      if (secret.metadata?.annotations?.[reachedAnnotation] === "true") return;
      const name = secret.metadata?.name ?? "";
      await kube.patch(Secret, name, namespace, { metadata: { annotations: { [reachedAnnotation]: "true" } } });
      log.info({ secret: name }, "a machine fetched its configuration");
    },
  });

  const read = () => certificate(tlsDirectory);
  let current = await read();
  const server = await startHttpsServer({ serve, port, certificate: current, log, signal });
  log.info({ port: server.port }, "serving node configuration");
  // Kubernetes renews the files of a mounted Secret without a word.
  const timer = setInterval(async () => {
    for (const secret of secrets.values()) if (reasonOf(secret) !== "AsExpected") check(secret);
    const next = await read().catch(() => current);
    // The two files may be read while they change.
    if (next.certificate === current.certificate || !isPair(next)) return;
    current = next;
    server.useCertificate(next);
    log.info({}, "using a new serving certificate");
  }, checkAgainMs);
  try {
    await watching;
  } finally {
    clearInterval(timer);
    await Promise.all(checks);
  }
}

async function certificate(directory: string): Promise<{ certificate: string; key: string }> {
  const [crt, key] = await Promise.all(["tls.crt", "tls.key"].map((name) => readFile(join(directory, name), "utf8")));
  return { certificate: crt ?? "", key: key ?? "" };
}

function holderOf(secret: Secret): Holder | undefined {
  const content = tokenSecretContent(secret);
  if (!content) return undefined;
  return { secret, content, tokens: [content.token, ...(content.oldToken ? [content.oldToken] : [])] };
}

function reasonOf(secret: Secret): string {
  return textOf(secret, "reason");
}

function textOf(secret: Secret, key: string): string {
  return Buffer.from(secret.data?.[key] ?? "", "base64").toString("utf8");
}

/** Says in the token Secret whether its configuration can be made, for the NodePool's condition. */
async function reportPayload(options: IgnitionServerOptions, secret: Secret): Promise<void> {
  const { kube, namespace, log } = options;
  const { reason, message } = await payloadReport(options, secret);
  if (reasonOf(secret) === reason && textOf(secret, "message") === message) return;
  const name = secret.metadata?.name ?? "";
  const encode = (text: string) => Buffer.from(text).toString("base64");
  await kube.patch(Secret, name, namespace, { data: { reason: encode(reason), message: encode(message) } });
  log.info({ secret: name, reason }, "reported on the configuration");
}

async function payloadReport(
  options: IgnitionServerOptions,
  secret: Secret,
): Promise<{ reason: string; message: string }> {
  try {
    const holder = holderOf(secret);
    if (!holder) return { reason: "InvalidTokenSecret", message: "The token Secret lacks `token` or `pool`" };
    payload(await clusterConfig(options), holder.content);
    return { reason: "AsExpected", message: "Payload generated successfully" };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { reason: error instanceof NotReady ? "PayloadNotReady" : "InvalidConfig", message };
  }
}

/** Read afresh for each machine: they are few, and what they get must be of this moment. */
async function clusterConfig(options: IgnitionServerOptions): Promise<ClusterConfig> {
  const { kube, namespace, pullSecret, sshKey, additionalTrustBundle } = options;
  const secret = (name: string, key: string) =>
    kube.get(Secret, name, namespace).then((found) => fromSecret(found, name, key));
  const configMap = (name: string, key: string) =>
    kube.get(ConfigMap, name, namespace).then((found) => present(found?.data?.[key], `ConfigMap ${name}`, key));
  const [core, bootstrapKubeconfig, kubeletClientCa, pullSecretText, keys, bundle] = await Promise.all([
    kube.list(ConfigMap, { namespace, labels: { [coreConfigLabel]: "true" } }),
    secret("bootstrap-kubeconfig", "kubeconfig"),
    configMap("kubelet-client-ca", "ca.crt"),
    secret(pullSecret, ".dockerconfigjson"),
    sshKey ? secret(sshKey, "id_rsa.pub") : undefined,
    additionalTrustBundle ? configMap(additionalTrustBundle, "ca-bundle.crt") : undefined,
  ]);
  if (core.length === 0) throw new NotReady(`No ConfigMap with the label ${coreConfigLabel} is there yet`);
  return {
    core: core.map((each) => JSON.parse(each.data?.config ?? "{}") as MachineConfig),
    bootstrapKubeconfig,
    kubeletClientCa,
    pullSecret: pullSecretText,
    sshKey: keys,
    additionalTrustBundle: bundle,
  };
}

function fromSecret(secret: Secret | undefined, name: string, key: string): string {
  const value = secret?.data?.[key];
  return present(
    value === undefined ? undefined : Buffer.from(value, "base64").toString("utf8"),
    `Secret ${name}`,
    key,
  );
}

function present(value: string | undefined, object: string, key: string): string {
  if (value) return value;
  throw new NotReady(`${object} with the key ${key} is not there yet`);
}
