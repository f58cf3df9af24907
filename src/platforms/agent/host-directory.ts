import { type Agent, credentialAnnotation, infraEnvLabel, releasedCredentialAnnotation } from "../../api/agent.ts";
import type { InfraEnv } from "../../api/infra-env.ts";
import type { Resource } from "../../kube/resource.ts";
import { keyOf } from "../../kube/watch.ts";
import { tokenDigestsOf } from "./registration-names.ts";
import { isDigestOf } from "./secret-digest.ts";

/** A watch that lags more than this is believed again: versions go back where etcd was restored. */
const catchUpMs = 10_000;

/**
 * Agents and InfraEnvs in memory, so that who shows a wrong secret costs the management cluster nothing. What this
 * process writes is told to it at once: a host calls again before the watch brings its own change back.
 */
export class HostDirectory {
  readonly #agents = new Map<string, Agent>();
  readonly #written = new Map<string, { agent: Agent; at: Date }>();
  readonly #infraEnvs = new Map<string, InfraEnv>();

  agentChanged(type: string, agent: Agent): void {
    change(this.#agents, type, agent);
  }

  /** What this process has just written, until the watch has caught up. */
  agentWritten(agent: Agent, at: Date): void {
    for (const [key, written] of this.#written) {
      if (at.getTime() - written.at.getTime() > catchUpMs) this.#written.delete(key);
    }
    this.#written.set(keyOf(agent), { agent, at });
  }

  infraEnvChanged(type: string, infraEnv: InfraEnv): void {
    change(this.#infraEnvs, type, infraEnv);
  }

  /** The InfraEnv of this name, where `token` is its token. */
  infraEnv(namespace: string, name: string, token: string): InfraEnv | undefined {
    const found = this.#infraEnvs.get(`${namespace}/${name}`);
    return found && tokenDigestsOf(found).some((digest) => isDigestOf(digest, token)) ? found : undefined;
  }

  /** The Agent of this name, where `credential` is its host's; `released` where that is only good for a reset. */
  agent(
    { namespace, name, credential }: { namespace: string; name: string; credential: string },
    now: Date,
  ): { agent: Agent; released: boolean } | undefined {
    const agent = this.#present(`${namespace}/${name}`, now);
    const { [credentialAnnotation]: present, [releasedCredentialAnnotation]: former } =
      agent?.metadata?.annotations ?? {};
    if (agent && isDigestOf(present, credential)) return { agent, released: false };
    if (agent && isDigestOf(former, credential)) return { agent, released: true };
    return undefined;
  }

  #present(key: string, now: Date): Agent | undefined {
    const seen = this.#agents.get(key);
    const written = this.#written.get(key);
    const isAhead =
      written && now.getTime() - written.at.getTime() < catchUpMs && versionOf(written.agent) > versionOf(seen);
    return isAhead ? written.agent : seen;
  }

  /** How many hosts came through an InfraEnv. */
  hostsOf({ metadata }: InfraEnv): number {
    let count = 0;
    for (const agent of this.#agents.values()) {
      if (agent.metadata?.namespace !== metadata?.namespace) continue;
      if (agent.metadata?.labels?.[infraEnvLabel] === metadata?.name) count++;
    }
    return count;
  }
}

function change<R extends Resource>(objects: Map<string, R>, type: string, object: R): void {
  if (type === "DELETED") objects.delete(keyOf(object));
  else objects.set(keyOf(object), object);
}

function versionOf(object: Resource | undefined): number {
  return Number(object?.metadata?.resourceVersion ?? 0);
}
