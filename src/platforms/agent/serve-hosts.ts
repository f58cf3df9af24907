import { randomBytes } from "node:crypto";
import { Agent } from "../../api/agent.ts";
import { InfraEnv } from "../../api/infra-env.ts";
import type { IgnitionConfig } from "../../ignition/config.ts";
import { type HttpsServer, startHttpsServer } from "../../ignition/https-server.ts";
import type { Log } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { textOf } from "../../kube/text-of.ts";
import { keyOf } from "../../kube/watch.ts";
import { agentRegistration } from "./agent-registration.ts";
import type { Heartbeats } from "./heartbeats.ts";
import type { RegistrationPoint } from "./host-agent.ts";
import { HostDirectory } from "./host-directory.ts";
import { registrationName, registrationPort, userDataKey, userDataSecret } from "./registration-names.ts";
import { WriteBudget } from "./write-budget.ts";

export interface ServeHostsOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** The operator's namespace, where the serving certificate is. */
  namespace: string;
  /** Shared with the Agent controller. */
  heartbeats: Heartbeats;
  port?: number;
  now?: () => Date;
  /** Told of the open port. */
  onListening?: (port: number) => void;
}

/** How long a host's question is kept waiting for an answer other than "nothing to do". */
const longestWaitMs = 20_000;

/**
 * Serves hosts until the signal aborts. The port opens once the InfraEnv controller has made the serving certificate:
 * without an InfraEnv nobody needs it.
 */
export async function serveHosts(options: ServeHostsOptions): Promise<void> {
  const { kube, signal, namespace, heartbeats, now = () => new Date() } = options;
  const waiting = new Map<string, Set<() => void>>();
  const directory = new HostDirectory();
  const unsynced = new Set(["agents", "infraenvs"]);
  let secret: Secret | undefined;
  let userData: Secret | undefined;

  const serve = agentRegistration({
    kube,
    now,
    heartbeats,
    directory,
    budget: new WriteBudget(),
    ready: () => unsynced.size === 0,
    point: () => secret && pointOf(secret),
    userDataOf: (agent) => userDataOf(userData, agent),
    newCredential: () => randomBytes(32).toString("base64url"),
    changeOf: (agent) => change(waiting, agent, signal),
  });
  const certificates = certificateFollower({ ...options, serve });
  const follow = (what: string) => ({
    signal,
    synced: () => void unsynced.delete(what),
    onError: (error: Error) => options.log.warn({ error: error.message, what }, "could not follow"),
  });
  const one = (name: string) => ({ namespace, fields: { "metadata.name": name } });
  await Promise.all([
    kube.watch(Agent, {
      ...follow("agents"),
      onEvent: ({ type, object }) => {
        directory.agentChanged(type, object);
        if (type === "DELETED") heartbeats.forget(keyOf(object));
        for (const wake of waiting.get(keyOf(object)) ?? []) wake();
      },
    }),
    kube.watch(InfraEnv, {
      ...follow("infraenvs"),
      onEvent: ({ type, object }) => directory.infraEnvChanged(type, object),
    }),
    kube.watch(Secret, {
      ...one(registrationName),
      ...follow("the serving certificate"),
      onEvent: ({ type, object }) => {
        if (type === "DELETED") return;
        secret = object;
        certificates(object);
      },
    }),
    kube.watch(Secret, {
      ...one(userDataSecret),
      ...follow("user data"),
      onEvent: ({ type, object }) => {
        userData = type === "DELETED" ? undefined : object;
      },
    }),
  ]);
}

function userDataOf(secret: Secret | undefined, agent: Agent): IgnitionConfig | undefined {
  const text = textOf(secret, userDataKey(agent));
  return text ? (JSON.parse(text) as IgnitionConfig) : undefined;
}

/** Resolves at the Agent's next change, or when the host should hear that there is none. */
function change(waiting: Map<string, Set<() => void>>, agent: Agent, signal: AbortSignal): Promise<void> {
  const key = keyOf(agent);
  const wakers = waiting.get(key) ?? new Set();
  waiting.set(key, wakers);
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", wake);
      wakers.delete(wake);
      if (wakers.size === 0 && waiting.get(key) === wakers) waiting.delete(key);
      resolve();
    };
    const timer = setTimeout(wake, longestWaitMs);
    signal.addEventListener("abort", wake, { once: true });
    wakers.add(wake);
  });
}

function pointOf(secret: Secret): RegistrationPoint | undefined {
  const url = textOf(secret, "url");
  return url ? { url, ca: textOf(secret, "ca.crt") ?? "" } : undefined;
}

/** Opens the port with the first certificate, and goes on with every later one. */
function certificateFollower(
  options: ServeHostsOptions & { serve: Parameters<typeof startHttpsServer>[0]["serve"] },
): (secret: Secret) => void {
  const { serve, log, signal, port = registrationPort, onListening } = options;
  let server: Promise<HttpsServer> | undefined;
  return (secret) => {
    const pair = { certificate: textOf(secret, "tls.crt") ?? "", key: textOf(secret, "tls.key") ?? "" };
    if (!pair.certificate || !pair.key) return;
    if (server) {
      server.then((open) => open.useCertificate(pair)).catch(() => {});
      return;
    }
    server = startHttpsServer({ serve, port, certificate: pair, log, signal });
    server
      .then((open) => {
        log.info({ port: open.port }, "serving hosts");
        onListening?.(open.port);
      })
      .catch((error: Error) => {
        log.error({ error: error.message, port }, "could not open the port for hosts");
        server = undefined;
      });
  };
}
