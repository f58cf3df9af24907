import { afterAll, beforeAll, expect, test } from "vitest";
import {
  Agent,
  agentMachineLabel,
  agentMachineNamespaceLabel,
  credentialAnnotation,
  infraEnvLabel,
  installationAnnotation,
  installedAnnotation,
  refusedAnnotation,
  releaseAnnotation,
  releasedCredentialAnnotation,
} from "../../api/agent.ts";
import { InfraEnv } from "../../api/infra-env.ts";
import { agentRegistrationPermissions } from "../../api/permissions.ts";
import { HttpError, type HttpResponse, type Serve } from "../../ignition/https-server.ts";
import { userData } from "../../ignition/user-data.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { type SharedApiServer, sharedApiServer } from "../../testing/shared-api-server.ts";
import { agentRegistration } from "./agent-registration.ts";
import { Heartbeats } from "./heartbeats.ts";
import { HostDirectory } from "./host-directory.ts";
import { isInMemory } from "./next-step.ts";
import { tokenDigestsAnnotation } from "./registration-names.ts";
import { secretDigest } from "./secret-digest.ts";
import { WriteBudget } from "./write-budget.ts";

let api: SharedApiServer;
let serve: Serve;
let credentials = 0;
let now = new Date("2030-01-01T00:00:00Z");
const stop = new AbortController();
const running: Promise<void>[] = [];
const heartbeats = new Heartbeats(new Date());
const directory = new HostDirectory();
const id = (n: number) => `00000000-0000-0000-0000-0000000000${String(n).padStart(2, "0")}`;

beforeAll(async () => {
  api = await sharedApiServer("hosts");
  await installCrds(api.kube);
  const { kube, kubeconfig, namespace } = api;
  const rules = agentRegistrationPermissions;
  const own = await kubeWithRights({ kube, kubeconfig, name: "agent-registration", rules });
  for (const name of ["rack", "shelf"]) {
    await kube.create<InfraEnv>({
      apiVersion: "agent-install.openshift.io/v1beta1",
      kind: "InfraEnv",
      metadata: { name, namespace, annotations: { [tokenDigestsAnnotation]: secretDigest(`token-of-${name}`) } },
      spec: {},
    });
  }
  const synced = [Agent, InfraEnv].map(
    (kind) =>
      new Promise<void>((resolve) => {
        const onEvent = ({ type, object }: { type: string; object: Agent | InfraEnv }) =>
          kind === Agent
            ? directory.agentChanged(type, object as Agent)
            : directory.infraEnvChanged(type, object as InfraEnv);
        running.push(own.watch(kind as typeof Agent, { namespace, signal: stop.signal, synced: resolve, onEvent }));
      }),
  );
  await Promise.all(synced);
  serve = agentRegistration({
    kube: own,
    now: () => now,
    heartbeats,
    directory,
    budget: new WriteBudget(),
    ready: () => true,
    point: () => ({ url: "https://192.0.2.1:8443", ca: "CA" }),
    userDataOf: () => userData({ endpoint: "192.0.2.2:443", ca: "CA", token: "t", nodePool: "a/b", configHash: "c" }),
    newCredential: () => `credential-${++credentials}`,
    changeOf: async () => {},
  });
});

afterAll(async () => {
  stop.abort();
  await Promise.all(running);
});

/** Status and answer of one request; errors are answers here, as they are behind the socket. */
async function ask(
  method: string,
  path: string,
  secret: string,
  body?: object,
): Promise<{ status: number; answer: Record<string, unknown> }> {
  // No test is about too many writes, but the one that says so.
  now = new Date(now.getTime() + 20_000);
  return askAtOnce(method, path, secret, body);
}

async function askAtOnce(method: string, path: string, secret: string, body?: object) {
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
  return { status: response.status, answer: JSON.parse(response.body ?? "{}") as Record<string, unknown> };
}

const registerAt = (infraEnv: string, n: number, inventory: object = { hostname: `host-${n}` }) =>
  ask("POST", `/infra-envs/${api.namespace}/${infraEnv}/hosts`, `token-of-${infraEnv}`, { id: id(n), inventory });

async function register(n: number): Promise<string> {
  const { answer } = await registerAt("rack", n);
  await settled(n);
  return String(answer.credential);
}

const nextStep = (n: number, credential: string, report: object) =>
  ask("POST", `/hosts/${api.namespace}/${id(n)}/next-step`, credential, { installation: "", ...report });
const ignition = (n: number, credential: string) => ask("GET", `/hosts/${api.namespace}/${id(n)}/ignition`, credential);

const agentOf = async (n: number) => (await api.kube.get(Agent, id(n), api.namespace)) as Agent;

/** Until the directory has heard of the Agent as it is now. */
async function settled(n: number): Promise<void> {
  const agent = await agentOf(n);
  const digest =
    agent.metadata?.annotations?.[credentialAnnotation] ?? agent.metadata?.annotations?.[releasedCredentialAnnotation];
  await expect
    .poll(() => {
      for (let number = 1; number <= credentials; number++) {
        const credential = `credential-${number}`;
        if (secretDigest(credential) !== digest) continue;
        const seen = directory.agent({ namespace: api.namespace, name: id(n), credential }, now);
        return seen?.agent.metadata?.resourceVersion;
      }
      return agent.metadata?.resourceVersion;
    })
    .toBe(agent.metadata?.resourceVersion);
}

/** As the AgentMachine controller binds it. */
async function bind(n: number, installation: string): Promise<void> {
  await api.kube.patch(Agent, id(n), api.namespace, {
    metadata: {
      labels: { [agentMachineLabel]: "machine", [agentMachineNamespaceLabel]: "machine" },
      annotations: { [installationAnnotation]: installation },
    },
    spec: { approved: true, clusterDeploymentName: { name: "demo", namespace: "clusters-demo" } },
  });
  await settled(n);
}

/** As the AgentMachine controller gives it back. */
async function release(n: number): Promise<void> {
  const { [installationAnnotation]: installation, [credentialAnnotation]: credential } =
    (await agentOf(n)).metadata?.annotations ?? {};
  await api.kube.patch(Agent, id(n), api.namespace, {
    metadata: {
      labels: { [agentMachineLabel]: null, [agentMachineNamespaceLabel]: null },
      annotations: {
        [installationAnnotation]: null,
        [credentialAnnotation]: null,
        [releaseAnnotation]: installation,
        [releasedCredentialAnnotation]: credential,
      },
    },
    spec: { approved: false, clusterDeploymentName: null },
  });
  await settled(n);
}

/** Makes a node of it, and gives its credential. */
async function install(n: number, installation: string): Promise<string> {
  const credential = await register(n);
  await bind(n, installation);
  const { answer } = await nextStep(n, credential, { phase: "installed", installation, owner: "clusters-demo/demo" });
  expect(answer.step).toBe("wait");
  return credential;
}

test("what hosts boot with is for those who have the InfraEnv's token", async () => {
  const path = `/infra-envs/${api.namespace}/rack/discovery.ign`;
  expect((await ask("GET", `${path}?token=guess`, "")).status).toBe(401);
  expect((await ask("GET", `${path}?token=token-of-shelf`, "")).status).toBe(401);
  expect((await ask("GET", path, "")).status).toBe(401);
  expect((await ask("GET", `/infra-envs/${api.namespace}/other/discovery.ign?token=token-of-rack`, "")).status).toBe(
    401,
  );
  const { status, answer } = await ask("GET", `${path}?token=token-of-rack`, "");
  expect([status, answer.ignition]).toEqual([200, { version: "3.2.0" }]);
});

test("a host registers with the token only, and under a UUID only", async () => {
  const path = `/infra-envs/${api.namespace}/rack/hosts`;
  expect((await ask("POST", path, "guess", { id: id(1) })).status).toBe(401);
  expect((await ask("POST", path, "token-of-rack", { id: "../../secrets" })).status).toBe(400);
  for (const odd of [[id(1)], [[id(1)]], 7, null, {}]) {
    expect([odd, (await ask("POST", path, "token-of-rack", { id: odd })).status]).toEqual([odd, 400]);
  }
  expect((await registerAt("rack", 1, { hostname: 7 })).status).toBe(400);
  expect((await agentOf(1)).metadata?.annotations ?? {}).not.toHaveProperty([releaseAnnotation]);
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

test("a report of other things than texts is refused as what it is, and nothing of it is kept", async () => {
  const credential = await register(1);
  for (const field of ["installation", "owner", "stage", "message"]) {
    for (const odd of [["x"], { toString: 1 }, 7, null]) {
      const { status } = await nextStep(1, credential, { phase: "discovery", [field]: odd });
      expect([field, odd, status]).toEqual([field, odd, 400]);
    }
  }
  expect((await agentOf(1)).status?.progress).toBeUndefined();
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
  expect((await ignition(3, one)).status).toBe(403);
  await bind(3, "one");
  expect((await ignition(3, other)).status).toBe(401);
  expect((await ignition(3, "token-of-rack")).status).toBe(401);
  const { status, answer } = await ignition(3, one);
  expect(status).toBe(200);
  expect(JSON.stringify(answer)).toContain(Buffer.from(`Authorization: Bearer ${one}\n`).toString("base64"));
});

test("the story of a host: installed, a node, given back, reset, free", async () => {
  let credential = await register(5);
  await bind(5, "one");
  expect((await nextStep(5, credential, { phase: "discovery" })).answer.step).toBe("install");
  await nextStep(5, credential, { phase: "discovery", stage: "Rebooting", wait: false });
  expect((await agentOf(5)).status?.progress).toMatchObject({ currentStage: "Rebooting", installation: "one" });
  const installed = { phase: "installed", installation: "one", owner: "clusters-demo/demo" };
  const pulling = { ...installed, message: "Could not pull the kubelet" };
  expect((await nextStep(5, credential, pulling)).answer.step).toBe("wait");
  expect((await agentOf(5)).status?.progress).toMatchObject({
    currentStage: "Configuring",
    progressInfo: "Could not pull the kubelet",
  });
  expect((await nextStep(5, credential, installed)).answer.step).toBe("wait");
  expect((await agentOf(5)).status).toMatchObject({ phase: "installed", progress: { currentStage: "Done" } });
  expect((await agentOf(5)).metadata?.annotations?.[installedAnnotation]).toBe("one clusters-demo/demo");
  await release(5);
  expect((await nextStep(5, credential, installed)).answer.step).toBe("reset");
  credential = await register(5);
  const agent = await agentOf(5);
  expect(agent.status).toMatchObject({ phase: "discovery" });
  expect(agent.status?.progress).toBeUndefined();
  expect(Object.keys(agent.metadata?.annotations ?? {})).toEqual([credentialAnnotation]);
  expect((await nextStep(5, credential, { phase: "discovery" })).answer.step).toBe("wait");
});

test("who was root on a host that was given back is nobody, and the host is not free because of a claim", async () => {
  const credential = await install(6, "one");
  await release(6);
  const claim = { phase: "discovery", stage: "Failed", wait: false };
  expect(await nextStep(6, credential, claim)).toMatchObject({ status: 401, answer: { unknown: true } });
  expect((await ignition(6, credential)).status).toBe(403);
  expect(isInMemory(await agentOf(6))).toBe(false);
  expect((await nextStep(6, credential, { phase: "installed", installation: "two" })).answer.step).toBe("wait");
  expect((await agentOf(6)).status?.phase).toBe("installed");
  // Even where somebody binds it by hand before it has registered.
  await bind(6, "two");
  expect(await nextStep(6, credential, claim)).toMatchObject({ status: 401 });
  expect((await ignition(6, credential)).status).toBe(403);
});

test("a node does not leave its stage on its own word, and gets no configuration again", async () => {
  const credential = await install(7, "one");
  const claim = { phase: "discovery", stage: "Failed", wait: false };
  expect((await nextStep(7, credential, claim)).status).toBe(403);
  expect((await ignition(7, credential)).status).toBe(403);
  // As after a restored backup without any status.
  await api.kube.patch(
    Agent,
    id(7),
    api.namespace,
    { status: { phase: null, progress: null } },
    { subresource: "status" },
  );
  await settled(7);
  expect((await nextStep(7, credential, claim)).status).toBe(403);
  expect((await ignition(7, credential)).status).toBe(403);
});

test("a node is not reset because its Agent says less than it did", async () => {
  const credential = await install(8, "one");
  await api.kube.patch(Agent, id(8), api.namespace, {
    metadata: { annotations: { [installationAnnotation]: null } },
    spec: { approved: false, clusterDeploymentName: null },
  });
  await settled(8);
  const report = { phase: "installed", installation: "one", owner: "clusters-demo/demo" };
  expect((await nextStep(8, credential, report)).answer.step).toBe("wait");
  await bind(8, "two");
  expect((await nextStep(8, credential, report)).answer.step).toBe("wait");
  expect((await agentOf(8)).status?.progress).not.toMatchObject({ installation: "two" });
});

test("nobody takes over a host that belongs to a cluster, or to another InfraEnv, by registering", async () => {
  const credential = await install(9, "one");
  const { status, answer } = await registerAt("rack", 9);
  expect(status).toBe(409);
  expect(answer.message).toContain("delete its Machine");
  expect((await agentOf(9)).metadata?.annotations?.[refusedAnnotation]).toBeDefined();
  await register(10);
  expect((await registerAt("shelf", 10)).status).toBe(409);
  expect((await agentOf(10)).metadata?.labels?.[infraEnvLabel]).toBe("rack");
  await api.kube.patch(Agent, id(9), api.namespace, { spec: { clusterDeploymentName: null } });
  expect((await registerAt("rack", 9)).status).toBe(409);
  // The host itself was heard all the time, and shows by calling that it lives.
  await settled(9);
  expect((await nextStep(9, credential, { phase: "installed", installation: "one" })).status).toBe(200);
  expect((await agentOf(9)).metadata?.annotations?.[refusedAnnotation]).toBeUndefined();
});

test("a host says what it wants, and little of it is kept", async () => {
  const credential = await register(11);
  await bind(11, "one");
  const message = "x".repeat(4000);
  const stage = "anything at all";
  expect((await nextStep(11, credential, { phase: "discovery", stage, message, wait: false })).status).toBe(200);
  expect((await agentOf(11)).status?.progress).toBeUndefined();
  await nextStep(11, credential, { phase: "discovery", stage: "Failed", message, wait: false });
  expect((await agentOf(11)).status?.progress?.progressInfo).toHaveLength(512);
});

test("200 reports within a minute are not 200 writes", async () => {
  const credential = await register(12);
  await bind(12, "one");
  now = new Date(now.getTime() + 120_000);
  const path = `/hosts/${api.namespace}/${id(12)}/next-step`;
  const before = (await agentOf(12)).metadata?.generation;
  const statuses: number[] = [];
  for (let count = 0; count < 200; count++) {
    const report = { phase: "discovery", installation: "", stage: "Failed", message: `${count}`, wait: false };
    statuses.push((await askAtOnce("POST", path, credential, report)).status);
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(12);
  expect(statuses.filter((status) => status === 429)).toHaveLength(188);
  expect((await agentOf(12)).metadata?.generation).toBe(before);
});

test("a report that says nothing new writes nothing", async () => {
  const credential = await register(13);
  await nextStep(13, credential, { phase: "discovery" });
  const before = (await agentOf(13)).metadata?.resourceVersion;
  await nextStep(13, credential, { phase: "discovery" });
  expect((await agentOf(13)).metadata?.resourceVersion).toBe(before);
});

test("what is not a report is refused", async () => {
  const credential = await register(14);
  expect((await nextStep(14, credential, { phase: "flying" })).status).toBe(400);
  expect((await nextStep(14, credential, { phase: "installed", installation: "a b" })).status).toBe(400);
  expect((await nextStep(14, credential, { phase: "installed", owner: "../.." })).status).toBe(400);
  expect((await ask("POST", `/hosts/${api.namespace}/${id(14)}/next-step`, credential)).status).toBe(400);
  expect((await ask("DELETE", `/hosts/${api.namespace}/${id(14)}`, credential)).status).toBe(404);
});
