import {
  Agent,
  credentialAnnotation,
  type HostProgress,
  infraEnvLabel,
  installedAnnotation,
  refusedAnnotation,
  releaseAnnotation,
  releasedCredentialAnnotation,
} from "../../api/agent.ts";
import { isFalse } from "../../api/condition.ts";
import type { InfraEnv } from "../../api/infra-env.ts";
import type { IgnitionConfig } from "../../ignition/config.ts";
import { HttpError, type HttpRequest, type HttpResponse, type Serve } from "../../ignition/https-server.ts";
import { isAlreadyExists, isConflict, isInvalid } from "../../kube/api-error.ts";
import type { Kube } from "../../kube/kube.ts";
import { discoveryIgnition } from "./discovery-ignition.ts";
import type { Heartbeats } from "./heartbeats.ts";
import type { RegistrationPoint } from "./host-agent.ts";
import type { HostDirectory } from "./host-directory.ts";
import { installedIgnition } from "./installed-ignition.ts";
import { inventoryLabels } from "./inventory-labels.ts";
import { bindingOf, type HostReport, installedFor, nextStep, releasedFrom } from "./next-step.ts";
import { readInventory } from "./read-inventory.ts";
import { reportedProgress } from "./reported-progress.ts";
import { secretDigest } from "./secret-digest.ts";
import type { WriteBudget } from "./write-budget.ts";

export interface AgentRegistrationOptions {
  kube: Kube;
  now: () => Date;
  heartbeats: Heartbeats;
  directory: HostDirectory;
  budget: WriteBudget;
  /** Whether the directory holds all there is; nobody is refused before. */
  ready: () => boolean;
  /** Where hosts find this service; nothing while that is not known. */
  point: () => RegistrationPoint | undefined;
  /** The pool's user data for the machine that an Agent is bound to; nothing while it is not there yet. */
  userDataOf: (agent: Agent) => IgnitionConfig | undefined;
  /** A new secret for a host. */
  newCredential: () => string;
  /** Resolves when the Agent changes, or after a while. */
  changeOf: (agent: Agent) => Promise<void>;
}

/** An inventory with many disks and interfaces fits many times. */
const largestInventory = 128 << 10;
const largestReport = 4 << 10;
const longestMessage = 512;

/** How often a host that has nothing to do calls again, beside the time that its call is kept waiting. */
const pauseSeconds = 2;

/** More hosts than anybody racks behind one InfraEnv, and few enough for the management cluster. */
const mostHosts = 1000;

/** The service that hosts talk to: gives them what they boot with, registers them, and says what each is to do next. */
export function agentRegistration(options: AgentRegistrationOptions): Serve {
  return async (request) => {
    if (request.path === "/healthz") return { status: options.ready() ? 200 : 503, body: "" };
    if (!options.ready()) throw new HttpError(503, "The service has just started: try again");
    const [area, namespace = "", name = "", action] = request.path.split("/").slice(1);
    const route = `${request.method} ${area} ${action}`;
    switch (route) {
      case "GET infra-envs discovery.ign":
        return discovery(options, request, namespace, name);
      case "POST infra-envs hosts":
        return register(options, request, namespace, name);
      case "POST hosts next-step":
        return tellNextStep(options, request, namespace, name);
      case "GET hosts ignition":
        return ignition(options, request, namespace, name);
      default:
        throw new HttpError(404, "There is nothing here");
    }
  };
}

async function discovery(
  options: AgentRegistrationOptions,
  request: HttpRequest,
  namespace: string,
  name: string,
): Promise<HttpResponse> {
  const token = request.query.get("token") ?? "";
  const infraEnv = authorizedInfraEnv(options, request, { namespace, name, token });
  const point = options.point();
  if (!point) throw new HttpError(503, "The address of this service is not known yet");
  return json(discoveryIgnition(infraEnv, point, token));
}

/** A host registers anew each time it comes up from memory, and gets another credential each time. */
async function register(
  options: AgentRegistrationOptions,
  request: HttpRequest,
  namespace: string,
  infraEnvName: string,
): Promise<HttpResponse> {
  const { kube, heartbeats, now, newCredential, budget, directory } = options;
  const infraEnv = authorizedInfraEnv(options, request, { namespace, name: infraEnvName, token: bearer(request) });
  const { id, inventory: given } = await body<{ id?: string; inventory?: unknown }>(request, largestInventory);
  if (typeof id !== "string" || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) {
    throw new HttpError(400, "The host's id must be a UUID in lower case");
  }
  const key = `${namespace}/${id}`;
  if (!budget.take(key, now())) throw tooMany();
  const inventory = readInventory(given);
  const credential = newCredential();
  const agent = (await kube.get(Agent, id, namespace)) ?? (await createAgent(options, infraEnv, id, inventory));
  await checkMayRegister(options, infraEnv, agent);
  // Before the writes: whoever looks at the Agent because of them finds that its host has called.
  heartbeats.heard(key, now());
  // Nothing of a former installation is left: the host runs from memory, and is told to nobody else meanwhile.
  const annotations = {
    [credentialAnnotation]: secretDigest(credential),
    [releasedCredentialAnnotation]: null,
    [releaseAnnotation]: null,
    [installedAnnotation]: null,
    [refusedAnnotation]: null,
  };
  try {
    const { resourceVersion } = agent.metadata ?? {};
    await kube.patch(Agent, id, namespace, { metadata: { resourceVersion, annotations } });
    const status = { inventory, phase: "discovery", progress: null };
    const registered = await kube.patch<Agent>(Agent, id, namespace, { status }, { subresource: "status" });
    directory.agentWritten(registered, now());
  } catch (error) {
    if (isInvalid(error)) throw new HttpError(400, "The host's inventory is not one");
    if (isConflict(error)) throw new HttpError(503, "The Agent has just been changed: try again");
    throw error;
  }
  return json({ name: id, credential });
}

async function createAgent(
  { kube, directory }: AgentRegistrationOptions,
  infraEnv: InfraEnv,
  id: string,
  inventory: ReturnType<typeof readInventory>,
): Promise<Agent> {
  const { name = "", namespace } = infraEnv.metadata ?? {};
  if (directory.hostsOf(infraEnv) >= mostHosts) {
    throw new HttpError(403, `${mostHosts} hosts have registered at this InfraEnv: make another, or delete Agents`);
  }
  const labels = { ...inventoryLabels(inventory), ...infraEnv.spec.agentLabels, [infraEnvLabel]: name };
  try {
    return await kube.create<Agent>({
      apiVersion: Agent.apiVersion,
      kind: Agent.kind,
      metadata: { name: id, namespace, labels },
      spec: { approved: false },
    });
  } catch (error) {
    if (isAlreadyExists(error)) throw new HttpError(503, "The Agent has just been made: try again");
    throw error;
  }
}

/**
 * Who has the InfraEnv's token can say any id, and the id is no secret. So nobody takes over a host that belongs to a
 * cluster, or to another InfraEnv, by registering under its id.
 */
async function checkMayRegister(
  { kube, now, directory }: AgentRegistrationOptions,
  infraEnv: InfraEnv,
  agent: Agent,
): Promise<void> {
  const { name = "", namespace, labels, annotations } = agent.metadata ?? {};
  if (labels?.[infraEnvLabel] !== infraEnv.metadata?.name) {
    throw new HttpError(409, "An Agent of this name came through another InfraEnv: delete it to let this host in");
  }
  const bound = agent.spec.clusterDeploymentName !== undefined;
  if (!bound && (releasedFrom(agent) || !installedFor(agent))) return;
  if (!annotations?.[refusedAnnotation]) {
    const since = now().toISOString();
    const noted = await kube.patch(Agent, name, namespace, {
      metadata: { annotations: { [refusedAnnotation]: since } },
    });
    directory.agentWritten(noted, now());
  }
  throw new HttpError(
    409,
    bound
      ? "The Agent of this name belongs to a cluster: delete its Machine to let this host register"
      : "The Agent of this name says that it is installed: release or delete it to let this host register",
  );
}

async function tellNextStep(
  options: AgentRegistrationOptions,
  request: HttpRequest,
  namespace: string,
  name: string,
): Promise<HttpResponse> {
  const { kube, now, heartbeats, changeOf } = options;
  const { agent, released } = authorizedAgent(options, request, namespace, name);
  const report = readReport(await body<HostReport & { wait?: boolean }>(request, largestReport));
  // What was given back is heard no more, but for one question: whether it is to reset itself.
  if (released && report.phase !== "installed") throw unknownHost();
  if (!released && report.phase === "discovery" && (agent.status?.phase === "installed" || installedFor(agent))) {
    throw new HttpError(403, "An installed host runs from memory again only after it was given back");
  }
  heartbeats.heard(`${namespace}/${name}`, now());
  let known = released ? agent : await keep(options, agent, report);
  let step = nextStep(known, report);
  if (step === "wait" && report.wait !== false) {
    await changeOf(known);
    const fresh = await kube.get(Agent, name, namespace);
    if (!fresh) throw unknownHost();
    known = fresh;
    // That it was answered is no sign that the host is still there to hear it.
    step = nextStep(known, report);
  }
  return json({ step, afterSeconds: pauseSeconds });
}

function readReport(given: Partial<HostReport> & { wait?: boolean }): HostReport & { wait?: boolean } {
  const { phase, installation = "", owner = "", stage = "", message = "", wait } = given;
  if (phase !== "discovery" && phase !== "installed") {
    throw new HttpError(400, "The host's phase must be discovery or installed");
  }
  // A list of one text would pass for that text below, and an object may not be a text at all.
  if ([installation, owner, stage, message].some((each) => typeof each !== "string")) {
    throw new HttpError(400, "The host's installation, owner, stage and message must be texts");
  }
  if (!/^[A-Za-z0-9-]{0,64}$/.test(installation)) throw new HttpError(400, "The installation is not one of ours");
  if (!/^([a-z0-9-]{1,63}\/[a-z0-9.-]{1,253})?$/.test(owner))
    throw new HttpError(400, "The owner is not namespace/name");
  return { phase, installation, owner, stage, message: message.slice(0, longestMessage), wait };
}

/** Writes down what the report changes, if anything. */
async function keep(options: AgentRegistrationOptions, agent: Agent, report: HostReport): Promise<Agent> {
  const { kube, now, budget, directory } = options;
  const { name = "", namespace, annotations } = agent.metadata ?? {};
  const note = report.phase === "installed" ? `${report.installation} ${report.owner}`.trim() : undefined;
  const noted = !note || (annotations?.[installedAnnotation] === note && !annotations?.[refusedAnnotation]);
  const progress: HostProgress | undefined = reportedProgress(agent, report, now());
  const phase = agent.status?.phase === report.phase ? undefined : report.phase;
  if (noted && !progress && !phase) return agent;
  if (!budget.take(`${namespace}/${name}`, now())) throw tooMany();
  let kept = agent;
  if (!noted) {
    const changes = { [installedAnnotation]: note, [refusedAnnotation]: null };
    kept = await kube.patch(Agent, name, namespace, { metadata: { annotations: changes } });
  }
  if (progress || phase) {
    const status = { ...(phase ? { phase } : {}), ...(progress ? { progress } : {}) };
    kept = await kube.patch(Agent, name, namespace, { status }, { subresource: "status" });
  }
  directory.agentWritten(kept, now());
  return kept;
}

async function ignition(
  options: AgentRegistrationOptions,
  request: HttpRequest,
  namespace: string,
  name: string,
): Promise<HttpResponse> {
  const { agent: known, released } = authorizedAgent(options, request, namespace, name);
  // Asked of the API server itself: a moment ago the host may have been given back.
  const agent = released ? undefined : await options.kube.get(Agent, name, namespace);
  const installation = agent && bindingOf(agent);
  const unchanged =
    agent?.metadata?.annotations?.[credentialAnnotation] === known.metadata?.annotations?.[credentialAnnotation];
  if (
    !agent ||
    !installation ||
    !unchanged ||
    nextStep(agent, { phase: "discovery", installation: "" }) !== "install"
  ) {
    throw new HttpError(403, "This host is not to be installed");
  }
  const point = options.point();
  if (!point) throw new HttpError(503, "The address of this service is not known yet");
  if (isFalse(agent.status?.conditions, "SpecSynced"))
    throw new HttpError(409, "The Agent's spec cannot be carried out");
  const userData = options.userDataOf(agent);
  if (!userData) throw new HttpError(503, "The configuration of this host's machine is not there yet");
  // The host goes on with the credential that it shows: only its digest is kept here.
  return json(installedIgnition({ agent, userData, point, credential: bearer(request), installation }));
}

function authorizedInfraEnv(
  { directory }: AgentRegistrationOptions,
  request: HttpRequest,
  { namespace, name, token }: { namespace: string; name: string; token: string },
): InfraEnv {
  const infraEnv = directory.infraEnv(namespace, name, token);
  if (!infraEnv) throw new HttpError(401, "No InfraEnv of this name has this token");
  request.recognized();
  return infraEnv;
}

function authorizedAgent(
  { directory, now }: AgentRegistrationOptions,
  request: HttpRequest,
  namespace: string,
  name: string,
): { agent: Agent; released: boolean } {
  const found = directory.agent({ namespace, name, credential: bearer(request) }, now());
  if (!found) throw unknownHost();
  request.recognized();
  return found;
}

/** The host's program registers again where it may. */
function unknownHost(): HttpError {
  return new HttpError(401, "This host is not known by that credential", { details: { unknown: true } });
}

function tooMany(): HttpError {
  return new HttpError(429, "This host says too much in too short a time: wait a minute");
}

function bearer(request: HttpRequest): string {
  const { authorization } = request.headers;
  return (typeof authorization === "string" && /^Bearer (\S+)$/.exec(authorization)?.[1]) || "";
}

async function body<T>(request: HttpRequest, largest: number): Promise<Partial<T>> {
  const parsed = parsedOf(await request.body(largest));
  if (typeof parsed === "object" && parsed !== null) return parsed as Partial<T>;
  throw new HttpError(400, "The request's body must be a JSON object");
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function json(value: object): HttpResponse {
  return { status: 200, body: JSON.stringify(value), headers: { "cache-control": "no-store" } };
}
