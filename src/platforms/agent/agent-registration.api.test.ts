import { beforeAll, expect, test } from "vitest";
import {
  Agent,
  agentMachineLabel,
  agentMachineNamespaceLabel,
  credentialAnnotation,
  installationAnnotation,
} from "../../api/agent.ts";
import type { InfraEnv } from "../../api/infra-env.ts";
import { HttpError, type HttpResponse, type Serve } from "../../ignition/https-server.ts";
import { userData } from "../../ignition/user-data.ts";
import type { Secret } from "../../kube/kinds.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { type SharedApiServer, sharedApiServer } from "../../testing/shared-api-server.ts";
import { agentRegistration } from "./agent-registration.ts";
import { Heartbeats } from "./heartbeats.ts";
import { infraEnvTokenKey, infraEnvTokenSecret } from "./registration-names.ts";

let api: SharedApiServer;
let serve: Serve;
let credentials = 0;
const heartbeats = new Heartbeats(new Date());
const id = (n: number) => `00000000-0000-0000-0000-00000000000${n}`;

beforeAll(async () => {
  api = await sharedApiServer("hosts");
  await installCrds(api.kube);
  const { kube, namespace } = api;
  await kube.create<InfraEnv>({
    apiVersion: "agent-install.openshift.io/v1beta1",
    kind: "InfraEnv",
    metadata: { name: "rack", namespace },
    spec: {},
  });
  await kube.create<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: infraEnvTokenSecret("rack"), namespace },
    data: { [infraEnvTokenKey]: Buffer.from("the-token").toString("base64") },
  });
  serve = agentRegistration({
    kube,
    now: () => new Date("2030-01-01T00:00:00Z"),
    heartbeats,
    point: () => ({ url: "https://192.0.2.1:8443", ca: "CA" }),
    userDataOf: async () =>
      userData({ endpoint: "192.0.2.2:443", ca: "CA", token: "t", nodePool: "a/b", configHash: "c" }),
    newCredential: () => `credential-${++credentials}`,
    changeOf: async () => {},
  });
});

/** Status and answer of one request; errors are answers here, as they are behind the socket. */
async function ask(
  method: string,
  path: string,
  secret: string,
  body?: object,
): Promise<{ status: number; answer: Record<string, unknown> }> {
  const [pathname = "", query] = path.split("?");
  const request = {
    method,
    path: pathname,
    query: new URLSearchParams(query),
    headers: { authorization: `Bearer ${secret}` },
    body: async () => (body ? JSON.stringify(body) : ""),
    recognized: () => {},
  };
  let response: HttpResponse;
  try {
    response = await serve(request);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    response = { status: error.status, body: JSON.stringify({ message: error.message, ...error.details }) };
  }
  return { status: response.status, answer: JSON.parse(response.body ?? "{}") };
}

async function register(n: number): Promise<string> {
  const { answer } = await ask("POST", `/infra-envs/${api.namespace}/rack/hosts`, "the-token", {
    id: id(n),
    inventory: { hostname: `host-${n}` },
  });
  return String(answer.credential);
}

const nextStep = (n: number, credential: string, report: object) =>
  ask("POST", `/hosts/${api.namespace}/${id(n)}/next-step`, credential, { installation: "", ...report });

/** As the AgentMachine controller binds it. */
async function bind(n: number, installation: string | null): Promise<void> {
  const machine = installation && "machine";
  await api.kube.patch(Agent, id(n), api.namespace, {
    metadata: {
      labels: { [agentMachineLabel]: machine, [agentMachineNamespaceLabel]: machine },
      annotations: { [installationAnnotation]: installation },
    },
    spec: { approved: true, clusterDeploymentName: installation ? { name: "demo", namespace: "clusters-demo" } : null },
  });
}

const agentOf = async (n: number) => (await api.kube.get(Agent, id(n), api.namespace)) as Agent;

test("what hosts boot with is for those who have the InfraEnv's token", async () => {
  const path = `/infra-envs/${api.namespace}/rack/discovery.ign`;
  expect((await ask("GET", `${path}?token=guess`, "")).status).toBe(401);
  expect((await ask("GET", path, "")).status).toBe(401);
  expect((await ask("GET", `/infra-envs/${api.namespace}/other/discovery.ign?token=the-token`, "")).status).toBe(401);
  const { status, answer } = await ask("GET", `${path}?token=the-token`, "");
  expect([status, answer.ignition]).toEqual([200, { version: "3.2.0" }]);
});

test("a host registers with the token only, and under a UUID only", async () => {
  const path = `/infra-envs/${api.namespace}/rack/hosts`;
  expect((await ask("POST", path, "guess", { id: id(1) })).status).toBe(401);
  expect((await ask("POST", path, "the-token", { id: "../../secrets" })).status).toBe(400);
  expect(await api.kube.list(Agent, { namespace: api.namespace })).toEqual([]);
});

test("a host is not approved because it registered, and its credential is kept as a digest", async () => {
  const credential = await register(1);
  const agent = await agentOf(1);
  expect(agent.spec.approved).toBe(false);
  expect(JSON.stringify(agent)).not.toContain(credential);
  expect(agent.metadata?.annotations?.[credentialAnnotation]).toMatch(/^[0-9a-f]{64}$/);
  expect(await nextStep(1, credential, { phase: "discovery" })).toMatchObject({
    status: 200,
    answer: { step: "wait" },
  });
});

test("a host that registers again loses its former credential, and stays as approved as it was", async () => {
  const former = await register(2);
  await api.kube.patch(Agent, id(2), api.namespace, { spec: { approved: true } });
  const present = await register(2);
  expect(await nextStep(2, former, { phase: "discovery" })).toMatchObject({ status: 401, answer: { unknown: true } });
  expect((await nextStep(2, present, { phase: "discovery" })).status).toBe(200);
  expect((await agentOf(2)).spec.approved).toBe(true);
});

test("no host gets a configuration that is another's, or before it is bound", async () => {
  const one = await register(3);
  const other = await register(4);
  const path = (n: number) => `/hosts/${api.namespace}/${id(n)}/ignition`;
  expect((await ask("GET", path(3), one)).status).toBe(403);
  await bind(3, "uid-1");
  expect((await ask("GET", path(3), other)).status).toBe(401);
  expect((await ask("GET", path(3), "the-token")).status).toBe(401);
  const { status, answer } = await ask("GET", path(3), one);
  expect(status).toBe(200);
  expect(JSON.stringify(answer)).toContain(Buffer.from(`Authorization: Bearer ${one}\n`).toString("base64"));
});

test("the story of a host: installed, a node, given back, reset, free", async () => {
  let credential = await register(5);
  await bind(5, "uid-1");
  expect((await nextStep(5, credential, { phase: "discovery" })).answer.step).toBe("install");
  await nextStep(5, credential, { phase: "discovery", stage: "Rebooting", wait: false });
  expect((await agentOf(5)).status?.progress).toMatchObject({ currentStage: "Rebooting", installation: "uid-1" });
  const installed = { phase: "installed", installation: "uid-1" };
  expect((await nextStep(5, credential, installed)).answer.step).toBe("wait");
  expect((await agentOf(5)).status).toMatchObject({ phase: "installed", progress: { currentStage: "Done" } });
  await bind(5, null);
  expect((await nextStep(5, credential, installed)).answer.step).toBe("reset");
  credential = await register(5);
  expect((await agentOf(5)).status?.phase).toBe("discovery");
  expect((await nextStep(5, credential, { phase: "discovery" })).answer.step).toBe("wait");
});

test("a host that dies while it is installed starts again; one that was a node is not installed twice", async () => {
  let credential = await register(6);
  await bind(6, "uid-1");
  await nextStep(6, credential, { phase: "discovery", stage: "Rebooting", wait: false });
  credential = await register(6);
  expect((await nextStep(6, credential, { phase: "discovery" })).answer.step).toBe("install");
  await nextStep(6, credential, { phase: "installed", installation: "uid-1" });
  credential = await register(6);
  expect((await nextStep(6, credential, { phase: "discovery" })).answer.step).toBe("wait");
  expect((await ask("GET", `/hosts/${api.namespace}/${id(6)}/ignition`, credential)).status).toBe(403);
});

test("a report that says nothing new writes nothing", async () => {
  const credential = await register(7);
  await nextStep(7, credential, { phase: "discovery" });
  const before = (await agentOf(7)).metadata?.resourceVersion;
  await nextStep(7, credential, { phase: "discovery" });
  expect((await agentOf(7)).metadata?.resourceVersion).toBe(before);
});

test("what is not a report is refused", async () => {
  const credential = await register(8);
  expect((await nextStep(8, credential, { phase: "flying" })).status).toBe(400);
  expect((await ask("POST", `/hosts/${api.namespace}/${id(8)}/next-step`, credential)).status).toBe(400);
  expect((await ask("DELETE", `/hosts/${api.namespace}/${id(8)}`, credential)).status).toBe(404);
});
