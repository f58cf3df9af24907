import { createHash, timingSafeEqual } from "node:crypto";
import { Agent, credentialAnnotation, type HostInventory, type HostProgress, infraEnvLabel } from "../../api/agent.ts";
import { isFalse } from "../../api/condition.ts";
import { InfraEnv } from "../../api/infra-env.ts";
import type { IgnitionConfig } from "../../ignition/config.ts";
import { HttpError, type HttpRequest, type HttpResponse, type Serve } from "../../ignition/https-server.ts";
import { isAlreadyExists } from "../../kube/api-error.ts";
import { Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { discoveryIgnition } from "./discovery-ignition.ts";
import type { Heartbeats } from "./heartbeats.ts";
import type { RegistrationPoint } from "./host-agent.ts";
import { installedIgnition } from "./installed-ignition.ts";
import { bindingOf, doneStage, type HostReport, nextStep } from "./next-step.ts";
import { infraEnvTokenKey, infraEnvTokenSecret } from "./registration-names.ts";

export interface AgentRegistrationOptions {
  kube: Kube;
  now: () => Date;
  heartbeats: Heartbeats;
  /** Where hosts find this service; nothing while that is not known. */
  point: () => RegistrationPoint | undefined;
  /** The pool's user data for the machine that an Agent is bound to; throws an HttpError where it is not there yet. */
  userDataOf: (agent: Agent) => Promise<IgnitionConfig>;
  /** A new secret for a host. */
  newCredential: () => string;
  /** Resolves when the Agent changes, or after a while. */
  changeOf: (agent: Agent) => Promise<void>;
}

/** An inventory with many disks and interfaces fits many times. */
const largestBody = 128 << 10;

/** How often a host that has nothing to do calls again, beside the time that its call is kept waiting. */
const pauseSeconds = 2;

/** The service that hosts talk to: gives them what they boot with, registers them, and says what each is to do next. */
export function agentRegistration(options: AgentRegistrationOptions): Serve {
  return async (request) => {
    if (request.path === "/healthz") return { status: 200, body: "ok" };
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
  const { infraEnv, token } = await authorizedInfraEnv(options, namespace, name, request.query.get("token") ?? "");
  const point = options.point();
  if (!point) throw new HttpError(503, "The address of this service is not known yet");
  return json(discoveryIgnition(infraEnv, point, token));
}

/**
 * A host registers anew each time it comes up from memory, and gets another credential each time. Who has the
 * InfraEnv's token can register under the id of a host that is there: the token is worth as much as its hosts.
 */
async function register(
  options: AgentRegistrationOptions,
  request: HttpRequest,
  namespace: string,
  infraEnvName: string,
): Promise<HttpResponse> {
  const { kube, heartbeats, now, newCredential } = options;
  const { infraEnv } = await authorizedInfraEnv(options, namespace, infraEnvName, bearer(request));
  const { id, inventory } = await body<{ id?: string; inventory?: HostInventory }>(request);
  if (!id || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) {
    throw new HttpError(400, "The host's id must be a UUID in lower case");
  }
  const credential = newCredential();
  await ensureAgent(kube, infraEnv, { id, inventory, credentialHash: digest(credential).toString("hex") });
  await kube.patch(Agent, id, namespace, { status: { inventory, phase: "discovery" } }, { subresource: "status" });
  heartbeats.heard(`${namespace}/${id}`, now());
  return json({ name: id, credential });
}

async function ensureAgent(
  kube: Kube,
  infraEnv: InfraEnv,
  { id, inventory, credentialHash }: { id: string; inventory?: HostInventory; credentialHash: string },
): Promise<void> {
  const namespace = infraEnv.metadata?.namespace;
  const annotations = { [credentialAnnotation]: credentialHash };
  const labels = {
    ...inventoryLabels(inventory),
    ...infraEnv.spec.agentLabels,
    [infraEnvLabel]: infraEnv.metadata?.name ?? "",
  };
  const present = await kube.get(Agent, id, namespace);
  if (!present) {
    try {
      await kube.create<Agent>({
        apiVersion: Agent.apiVersion,
        kind: Agent.kind,
        metadata: { name: id, namespace, labels, annotations },
        spec: { approved: false },
      });
      return;
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
  await kube.patch(Agent, id, namespace, { metadata: { annotations } });
}

/** What node pools select hosts by without anybody labelling them. Names as assisted-service gives them. */
function inventoryLabels({ cpu, systemVendor }: HostInventory = {}): Record<string, string> {
  const facts = {
    "cpu-architecture": cpu?.architecture,
    "host-manufacturer": systemVendor?.manufacturer,
    "host-productname": systemVendor?.productName,
    "host-isvirtual": systemVendor?.virtual === undefined ? undefined : String(systemVendor.virtual),
  };
  return Object.fromEntries(
    Object.entries(facts)
      .map(([name, value]) => [`inventory.agent-install.openshift.io/${name}`, labelValue(value ?? "")] as const)
      .filter(([, value]) => value !== ""),
  );
}

/** The text as a label may have it. */
function labelValue(text: string): string {
  return text
    .replace(/[^A-Za-z0-9_.-]+/g, "-")
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}

async function tellNextStep(
  options: AgentRegistrationOptions,
  request: HttpRequest,
  namespace: string,
  name: string,
): Promise<HttpResponse> {
  const { kube, now, heartbeats, changeOf } = options;
  let agent = await authorizedAgent(options, request, namespace, name);
  const report = await body<HostReport & { wait?: boolean }>(request);
  if (report.phase !== "discovery" && report.phase !== "installed") {
    throw new HttpError(400, "The host's phase must be discovery or installed");
  }
  heartbeats.heard(`${namespace}/${name}`, now());
  const status = reportedStatus(agent, report, now());
  if (status) agent = await kube.patch(Agent, name, namespace, { status }, { subresource: "status" });
  let step = nextStep(agent, report);
  if (step === "wait" && report.wait !== false) {
    await changeOf(agent);
    const fresh = await kube.get(Agent, name, namespace);
    if (!fresh) throw unknownHost();
    step = nextStep(fresh, report);
    heartbeats.heard(`${namespace}/${name}`, now());
  }
  return json({ step, afterSeconds: pauseSeconds });
}

/** What the report changes in the Agent's status, or nothing. */
function reportedStatus(agent: Agent, report: HostReport, now: Date): Agent["status"] | undefined {
  const { phase, progress = {} } = agent.status ?? {};
  const binding = bindingOf(agent);
  const time = `${now.toISOString().slice(0, 19)}Z`;
  const installed = report.phase === "installed";
  const stage = installed && report.installation === binding ? doneStage : installed ? undefined : report.stage;
  const known = progress.installation === binding && progress.currentStage === stage;
  const moved = binding !== undefined && stage && (!known || (progress.progressInfo ?? "") !== (report.message ?? ""));
  const next: HostProgress | undefined = moved
    ? {
        installation: binding,
        currentStage: stage,
        progressInfo: report.message ?? "",
        stageStartTime: known ? progress.stageStartTime : time,
        stageUpdateTime: time,
      }
    : undefined;
  if (phase === report.phase && !next) return undefined;
  return { ...(phase !== report.phase ? { phase: report.phase } : {}), ...(next ? { progress: next } : {}) };
}

async function ignition(
  options: AgentRegistrationOptions,
  request: HttpRequest,
  namespace: string,
  name: string,
): Promise<HttpResponse> {
  const agent = await authorizedAgent(options, request, namespace, name);
  const installation = bindingOf(agent);
  const point = options.point();
  if (!installation || nextStep(agent, { phase: "discovery", installation: "" }) !== "install") {
    throw new HttpError(403, "This host is not to be installed");
  }
  if (!point) throw new HttpError(503, "The address of this service is not known yet");
  if (isFalse(agent.status?.conditions, "SpecSynced"))
    throw new HttpError(409, "The Agent's spec cannot be carried out");
  const userData = await options.userDataOf(agent);
  // The host goes on with the credential that it shows: only its digest is kept here.
  return json(installedIgnition({ agent, userData, point, credential: bearer(request), installation }));
}

async function authorizedInfraEnv({ kube }: AgentRegistrationOptions, namespace: string, name: string, shown: string) {
  const [infraEnv, secret] = await Promise.all([
    kube.get(InfraEnv, name, namespace),
    kube.get(Secret, infraEnvTokenSecret(name), namespace),
  ]);
  const token = Buffer.from(secret?.data?.[infraEnvTokenKey] ?? "", "base64").toString("utf8");
  if (!infraEnv || !token || !timingSafeEqual(digest(token), digest(shown))) {
    throw new HttpError(401, "No InfraEnv of this name has this token");
  }
  return { infraEnv, token };
}

async function authorizedAgent(
  { kube }: AgentRegistrationOptions,
  request: HttpRequest,
  namespace: string,
  name: string,
): Promise<Agent> {
  const agent = await kube.get(Agent, name, namespace);
  const known = agent?.metadata?.annotations?.[credentialAnnotation] ?? "";
  const shown = digest(bearer(request));
  const expected = Buffer.from(known, "hex");
  if (!agent || expected.length !== shown.length || !timingSafeEqual(expected, shown)) throw unknownHost();
  return agent;
}

/** The host's program registers again where it may. */
function unknownHost(): HttpError {
  return new HttpError(401, "This host is not known by that credential", { details: { unknown: true } });
}

function bearer(request: HttpRequest): string {
  const { authorization } = request.headers;
  return (typeof authorization === "string" && /^Bearer (\S+)$/.exec(authorization)?.[1]) || "";
}

async function body<T>(request: HttpRequest): Promise<Partial<T> & T> {
  const text = await request.body(largestBody);
  const parsed = parsedOf(text);
  if (typeof parsed === "object" && parsed !== null) return parsed as T & Partial<T>;
  throw new HttpError(400, "The request's body must be a JSON object");
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function json(value: object): HttpResponse {
  return { status: 200, body: JSON.stringify(value), headers: { "cache-control": "no-store" } };
}
