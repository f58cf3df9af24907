import { randomBytes } from "node:crypto";
import { Agent } from "../../api/agent.ts";
import { type HttpsServer, startHttpsServer } from "../../ignition/https-server.ts";
import type { Log } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { agentRegistration } from "./agent-registration.ts";
import type { Heartbeats } from "./heartbeats.ts";
import type { RegistrationPoint } from "./host-agent.ts";
import { registrationName, registrationPort } from "./registration-names.ts";
import { userDataOf } from "./user-data-of.ts";

export interface RunAgentRegistrationOptions {
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
export async function runAgentRegistration(options: RunAgentRegistrationOptions): Promise<void> {
  const { kube, signal, namespace, heartbeats, now = () => new Date() } = options;
  const waiting = new Map<string, Set<() => void>>();
  let secret: Secret | undefined;

  const serve = agentRegistration({
    kube,
    now,
    heartbeats,
    point: () => secret && pointOf(secret),
    userDataOf: (agent) => userDataOf(kube, agent),
    newCredential: () => randomBytes(32).toString("base64url"),
    changeOf: (agent) => change(waiting, agent, signal),
  });
  const certificates = certificateFollower({ ...options, serve });
  await Promise.all([
    kube.watch(Agent, {
      signal,
      onEvent: ({ object }) => {
        for (const wake of waiting.get(keyOf(object)) ?? []) wake();
      },
    }),
    kube.watch(Secret, {
      namespace,
      fields: { "metadata.name": registrationName },
      signal,
      onEvent: ({ type, object }) => {
        if (type === "DELETED") return;
        secret = object;
        certificates(object);
      },
    }),
  ]);
}

function keyOf({ metadata }: Agent): string {
  return `${metadata?.namespace}/${metadata?.name}`;
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
  const text = (key: string) => Buffer.from(secret.data?.[key] ?? "", "base64").toString("utf8");
  return text("url") ? { url: text("url"), ca: text("ca.crt") } : undefined;
}

/** Opens the port with the first certificate, and goes on with every later one. */
function certificateFollower(
  options: RunAgentRegistrationOptions & { serve: Parameters<typeof startHttpsServer>[0]["serve"] },
): (secret: Secret) => void {
  const { serve, log, signal, port = registrationPort, onListening } = options;
  let server: Promise<HttpsServer> | undefined;
  return (secret) => {
    const text = (key: string) => Buffer.from(secret.data?.[key] ?? "", "base64").toString("utf8");
    const pair = { certificate: text("tls.crt"), key: text("tls.key") };
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
