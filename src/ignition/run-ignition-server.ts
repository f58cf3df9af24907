import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Log } from "../kube/controller.ts";
import { ConfigMap, Secret } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";
import { textOf } from "../kube/text-of.ts";
import { isPair } from "../pki/certificate.ts";
import { coreConfigLabel } from "./core-config.ts";
import { startHttpsServer } from "./https-server.ts";
import { ignitionServer, NotReady } from "./ignition-server.ts";
import type { MachineConfig } from "./machine-config.ts";
import { type ClusterConfig, payload } from "./payload.ts";
import {
  type IgnitionReport,
  ignitionReportsName,
  indexEntry,
  reportOf,
  secretsByToken,
  tokenDigest,
  tokenIndexName,
} from "./token-index.ts";
import { isExpired, tokenSecretContent } from "./token-secret.ts";

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
  /** How often files, and configurations that could not be made, are looked at again. */
  checkAgainMs?: number;
}

/** Serves the configuration of one hosted cluster's nodes until the signal aborts. */
export async function runIgnitionServer(options: IgnitionServerOptions): Promise<void> {
  const { kube, log, signal, namespace, port, tlsDirectory, now = () => new Date(), checkAgainMs = 15_000 } = options;
  let index: ConfigMap | undefined;
  let reports: ConfigMap | undefined;
  const unsynced = new Set([tokenIndexName, ignitionReportsName]);
  let checking = Promise.resolve();
  let isDue = false;

  const report = async (name: string, changes: Partial<IgnitionReport>) => {
    const before = reportOf(reports, name);
    const after = { reason: "", message: "", reached: false, ...before, ...changes };
    if (before && isDeepStrictEqual(before, after)) return;
    const data = { [name]: JSON.stringify(after) };
    reports = await kube.patch(ConfigMap, ignitionReportsName, namespace, { data });
    log.info({ secret: name, reason: after.reason, reached: after.reached }, "reported on a configuration");
  };
  /** One after the other: each begins with what the one before has written, and one that is still to begin is enough. */
  const check = () => {
    if (isDue) return;
    isDue = true;
    checking = checking
      .then(async () => {
        isDue = false;
        if (unsynced.size > 0) return;
        for (const name of new Set(secretsByToken(index, now()).values())) {
          await report(name, await payloadReport(options, name));
        }
      })
      .catch((error: Error) => log.warn({ error: error.message }, "could not report on a configuration"));
  };
  const follow = (name: string, keep: (object: ConfigMap | undefined) => void) =>
    kube.watch(ConfigMap, {
      namespace,
      fields: { "metadata.name": name },
      signal,
      synced: () => {
        unsynced.delete(name);
        check();
      },
      onError: (error) => log.warn({ error: error.message, name }, "could not follow a ConfigMap"),
      onEvent: ({ type, object }) => keep(type === "DELETED" ? undefined : object),
    });
  const watching = Promise.all([
    follow(tokenIndexName, (object) => {
      index = object;
      check();
    }),
    follow(ignitionReportsName, (object) => {
      reports = object;
    }),
  ]);

  const serve = ignitionServer<string>({
    ready: () => unsynced.size === 0,
    holderOf: (token) => secretsByToken(index, now()).get(tokenDigest(token)),
    async payload(name, token) {
      const secret = await kube.get(Secret, name, namespace);
      const entry = secret && !isExpired(secret, now()) ? indexEntry(secret) : undefined;
      const content = secret && tokenSecretContent(secret);
      if (!content || !entry?.tokens.includes(tokenDigest(token))) return undefined;
      return payload(await clusterConfig(options), content);
    },
    reached: (name) => report(name, { reached: true }),
  });

  const read = () => certificate(tlsDirectory);
  let current = await read();
  const server = await startHttpsServer({ serve, port, certificate: current, log, signal });
  log.info({ port: server.port }, "serving node configuration");
  // Kubernetes renews the files of a mounted Secret without a word.
  const timer = setInterval(async () => {
    if (hasProblem(index, reports, now())) check();
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
    await checking;
  }
}

/** Whether a configuration could not be made when it was looked at last, or was not looked at. */
function hasProblem(index: ConfigMap | undefined, reports: ConfigMap | undefined, now: Date): boolean {
  return [...secretsByToken(index, now).values()].some((name) => reportOf(reports, name)?.reason !== "AsExpected");
}

async function certificate(directory: string): Promise<{ certificate: string; key: string }> {
  const [crt, key] = await Promise.all(["tls.crt", "tls.key"].map((name) => readFile(join(directory, name), "utf8")));
  return { certificate: crt ?? "", key: key ?? "" };
}

/** Whether the configuration of a token Secret can be made, for the NodePool's condition. */
async function payloadReport(
  options: IgnitionServerOptions,
  name: string,
): Promise<{ reason: string; message: string }> {
  try {
    const secret = await options.kube.get(Secret, name, options.namespace);
    const content = secret && tokenSecretContent(secret);
    if (!content) return { reason: "InvalidTokenSecret", message: `The Secret ${name} lacks \`token\` or \`pool\`` };
    payload(await clusterConfig(options), content);
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
  // A cluster that does not say whom its nodes trust trusts whom its operator was told to trust.
  const operatorBundle = async () =>
    (await kube.get(ConfigMap, "operator-ca-bundle", namespace))?.data?.["ca-bundle.crt"] || undefined;
  const [core, bootstrapKubeconfig, kubeletClientCa, pullSecretText, keys, bundle] = await Promise.all([
    kube.list(ConfigMap, { namespace, labels: { [coreConfigLabel]: "true" } }),
    secret("bootstrap-kubeconfig", "kubeconfig"),
    configMap("kubelet-client-ca", "ca.crt"),
    secret(pullSecret, ".dockerconfigjson"),
    sshKey ? secret(sshKey, "id_rsa.pub") : undefined,
    additionalTrustBundle ? configMap(additionalTrustBundle, "ca-bundle.crt") : operatorBundle(),
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
  return present(textOf(secret, key), `Secret ${name}`, key);
}

function present(value: string | undefined, object: string, key: string): string {
  if (value) return value;
  throw new NotReady(`${object} with the key ${key} is not there yet`);
}
