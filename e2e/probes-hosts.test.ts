import { createHash } from "node:crypto";
import { request } from "node:https";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  credentialAnnotation,
  installationAnnotation,
  refusedAnnotation,
  releasedCredentialAnnotation,
} from "../src/api/agent.ts";
import { Agent, HostedCluster, InfraEnv, NodePool } from "../src/api/index.ts";
import type { ReplaceableKube } from "../src/kube/create-kube.ts";
import { Namespace, Pod, Secret, Service } from "../src/kube/kinds.ts";
import { waitForGone } from "../src/kube/wait-for.ts";
import { connect, managementKubeconfig } from "./environment.ts";
import { eventually } from "./eventually.ts";
import { hcp } from "./shell.ts";

// What strangers, hosts and their roots get from the services that hosts talk to, on the running environment.

const hosts = "hosts";
const elsewhere = "e2e-probes-hosts";
let kube: ReplaceableKube;
let registration: URL;
let token: string;
let ignition: string;

beforeAll(async () => {
  kube = await connect(managementKubeconfig);
  const infraEnv = await kube.get(InfraEnv, "hosts", hosts);
  registration = new URL(infraEnv?.status?.bootArtifacts?.discoveryIgnitionURL ?? "");
  token = registration.searchParams.get("token") ?? "";
  // The names of the environment are known inside it only.
  const service = await kube.get(Service, "ignition-server", "clusters-demo");
  ignition = `${service?.status?.loadBalancer?.ingress?.[0]?.ip}:443`;
  expect(token).not.toBe("");
});
afterAll(async () => {
  await kube.delete(Agent, stranger, hosts);
  await kube.delete(HostedCluster, "probe", elsewhere);
  await waitForGone(kube, HostedCluster, "probe", { namespace: elsewhere, timeoutMs: 120_000 });
  await kube.delete(Namespace, elsewhere);
  kube.close();
});

interface Answer {
  status: number;
  body: string;
}

/** Asks a service whose certificate is not the point. */
function ask(method: string, url: string, secret = "", body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { ...(secret ? { authorization: `Bearer ${secret}` } : {}), connection: "close" };
    const outgoing = request(url, { method, headers, rejectUnauthorized: false, timeout: 60_000 }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk: string) => {
        text += chunk;
      });
      incoming.on("error", reject);
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, body: text }));
    });
    outgoing.on("error", reject);
    outgoing.on("timeout", () => outgoing.destroy(new Error(`${method} ${url}: no answer in 60 s`)));
    outgoing.end(body);
  });
}

/** The status of the answer to exactly this text. */
function raw(host: string, port: number, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host, port, rejectUnauthorized: false }, () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)));
  });
}

/** Names and restarts of the pods that strangers reach. */
async function served(): Promise<string[]> {
  const pods = [
    ...(await kube.list(Pod, { namespace: "hypershift", labels: { app: "agent-registration" } })),
    ...(await kube.list(Pod, { namespace: "hypershift", labels: { app: "operator" } })),
    ...(await kube.list(Pod, { namespace: "clusters-demo", labels: { app: "ignition-server" } })),
  ];
  return pods.map(
    ({ metadata, status }) => `${metadata?.name} ${status?.containerStatuses?.map(({ restartCount }) => restartCount)}`,
  );
}

const services = () => {
  const [host = "", port = "443"] = ignition.split(":");
  return [
    { host: registration.hostname, port: Number(registration.port) },
    { host, port: Number(port) },
  ];
};

const agents = () => kube.list(Agent, { namespace: hosts });
const agentOf = async (id: string) => (await kube.get(Agent, id, hosts)) as Agent;
const on = (id: string, path: string) => new URL(`/hosts/${hosts}/${id}/${path}`, registration).href;
const report = (id: string, secret: string, body: object) =>
  ask("POST", on(id, "next-step"), secret, JSON.stringify({ installation: "", wait: false, ...body }));
const register = (id: string) =>
  ask("POST", new URL(`/infra-envs/${hosts}/hosts/hosts`, registration).href, token, JSON.stringify({ id }));

/** The worker that an Agent is, by the name of its machine. */
async function workers(): Promise<{ name: string; id: string }[]> {
  const list = JSON.parse(await hcp("local", "host", "list", "-o", "json")) as {
    items: { name: string; id: string }[];
  };
  const bound = new Set(
    (await agents()).flatMap(({ metadata, spec }) => (spec.clusterDeploymentName ? metadata?.name : [])),
  );
  return list.items.filter(({ id }) => bound.has(id));
}

async function firstWorker(): Promise<{ name: string; id: string; credential: string }> {
  const [worker] = await workers();
  if (!worker) throw new Error("There is no host that belongs to a cluster");
  const header = await hcp("local", "shell", worker.name, "--", "cat", "/etc/roost-agent/authorization");
  return { ...worker, credential: header.trim().replace("Authorization: Bearer ", "") };
}

test("odd requests of strangers get an answer of 4xx, and start nothing anew", async () => {
  const before = await served();
  for (const { host, port } of services()) {
    for (const target of ["//", "///", "//[", "*"]) {
      const status = await raw(host, port, `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
      expect([port, target, status]).toEqual([port, target, 400]);
    }
    const large = await raw(host, port, `POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: ${2 << 20}\r\n\r\n`);
    expect([400, 404, 405, 413]).toContain(large);
    expect((await ask("PATCH", `https://${host}:${port}/ignition`)).status).toBeOneOf([401, 404, 405]);
  }
  expect(await served()).toEqual(before);
});

test("a thousand connections that say nothing do not keep others out", async () => {
  const before = await served();
  const [{ host, port } = { host: "", port: 0 }] = services();
  const idle = Array.from({ length: 1000 }, () => connectTcp({ host, port }).on("error", () => {}));
  await Promise.all(
    idle.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.once("connect", () => resolve());
          socket.once("close", () => resolve());
        }),
    ),
  );
  expect((await ask("GET", `https://${host}:${port}/healthz`)).status).toBe(200);
  for (const socket of idle) socket.destroy();
  expect(await served()).toEqual(before);
});

test("nobody gets a node's configuration without a token of that cluster", async () => {
  const url = `https://${ignition}/ignition`;
  const encoded = (text: string) => Buffer.from(text).toString("base64");
  expect((await ask("GET", url)).status).toBe(401);
  for (const guess of ["guess", token, crypto.randomUUID()]) {
    const { status, body } = await ask("GET", url, encoded(guess));
    expect([status, body.includes("storage")]).toEqual([511, false]);
  }
});

test("a worker holds no token of its InfraEnv", async () => {
  const [worker] = await workers();
  const search = `grep --recursive --files-with-matches --fixed-strings --exclude-dir=overlay2 -- ${token} /etc /boot /disk/ignition /run /root /var/lib/kubelet 2>/dev/null; grep --files-with-matches --fixed-strings -- ${token} /proc/[0-9]*/environ 2>/dev/null; true`;
  const found = await hcp("local", "shell", worker?.name ?? "", "--", "sh", "-c", search);
  expect(found.trim()).toBe("");
});

test("the InfraEnv's token takes over no host that belongs to a cluster", async () => {
  const [worker] = await workers();
  const id = worker?.id ?? "";
  const before = (await agentOf(id)).metadata?.annotations?.[credentialAnnotation];
  expect((await register(id)).status).toBe(409);
  expect((await agentOf(id)).metadata?.annotations?.[credentialAnnotation]).toBe(before);
  // The host calls, and shows that it lives.
  await eventually("the note about the refusal is gone", 60, async () => {
    return (await agentOf(id)).metadata?.annotations?.[refusedAnnotation] === undefined;
  });
});

test("a node's root gets no configuration again, and does not fill the management cluster's etcd", async () => {
  const { id, credential } = await firstWorker();
  expect((await report(id, credential, { phase: "discovery", stage: "Failed" })).status).toBe(403);
  expect((await ask("GET", on(id, "ignition"), credential)).status).toBe(403);
  expect((await agentOf(id)).status?.progress?.currentStage).toBe("Done");
  const installation = (await agentOf(id)).metadata?.annotations?.[installationAnnotation];
  const statuses: number[] = [];
  for (let count = 0; count < 200; count++) {
    const message = `${count} ${"x".repeat(3000)}`;
    statuses.push((await report(id, credential, { phase: "installed", installation, message })).status);
  }
  expect(statuses.filter((status) => status === 200).length).toBeLessThan(60);
  expect(statuses).toContain(429);
  expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
  expect((await report(id, credential, { phase: "installed", message: "x".repeat(1 << 20) })).status).toBe(413);
  await eventually("the host says again that it is a node", 180, async () => {
    return (await agentOf(id)).status?.progress?.currentStage === "Done";
  });
});

const stranger = "00000000-0000-4000-8000-000000000001";

test("an Agent that says whose machine it is gets nothing of that machine", async () => {
  const [victim] = (await agents()).filter(({ spec }) => spec.clusterDeploymentName);
  await kube.create<Agent>({
    apiVersion: Agent.apiVersion,
    kind: Agent.kind,
    metadata: {
      name: stranger,
      namespace: hosts,
      labels: victim?.metadata?.labels,
      annotations: {
        ...victim?.metadata?.annotations,
        "agent-install.openshift.io/installed": "",
        [credentialAnnotation]: createHash("sha256").update("mine").digest("hex"),
      },
    },
    spec: { approved: true, clusterDeploymentName: victim?.spec.clusterDeploymentName },
  });
  await kube.patch(Agent, stranger, hosts, { status: { phase: "discovery" } }, { subresource: "status" });
  const answer = await eventually("the service knows the Agent", 90, async () => {
    const given = await ask("GET", on(stranger, "ignition"), "mine");
    return given.status === 401 ? undefined : given;
  });
  expect(answer.status).toBeOneOf([403, 503]);
  expect(answer.body).not.toContain("ignition-server");
  await kube.delete(Agent, stranger, hosts);
});

test("a cluster whose author may not use the hosts hears the same whether they exist or not", async () => {
  const demo = (await kube.get(HostedCluster, "demo", "clusters")) as HostedCluster;
  const { infraID: _, clusterID: __, additionalTrustBundle: ___, sshKey: ____, ...spec } = demo.spec;
  // A host name can be one cluster's only.
  const servicePublishingStrategy = { type: "LoadBalancer" as const };
  const services = spec.services.map(({ service }) => ({ service, servicePublishingStrategy }));
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: elsewhere } });
  const secrets = [demo.spec.pullSecret?.name, demo.spec.secretEncryption?.aescbc?.activeKey?.name];
  for (const name of secrets) {
    const secret = await kube.get(Secret, name ?? "", "clusters");
    await kube.apply<Secret>({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace: elsewhere },
      type: secret?.type,
      data: secret?.data,
    });
  }
  const before = (await agents()).map(({ metadata }) => metadata?.uid);
  const messages: string[] = [];
  for (const agentNamespace of [hosts, "e2e-nowhere"]) {
    await kube.create<HostedCluster>({
      apiVersion: HostedCluster.apiVersion,
      kind: HostedCluster.kind,
      metadata: { name: "probe", namespace: elsewhere },
      spec: { ...spec, services, platform: { type: "Agent", agent: { agentNamespace } } },
    } as HostedCluster);
    const message = await eventually("ValidConfiguration False", 60, async () => {
      const cluster = await kube.get(HostedCluster, "probe", elsewhere);
      const found = cluster?.status?.conditions?.find(({ type }) => type === "ValidConfiguration");
      return found?.status === "False" ? found.message : undefined;
    });
    messages.push(message.replaceAll(`namespace ${agentNamespace} `, "namespace NAMESPACE "));
    await kube.delete(HostedCluster, "probe", elsewhere);
    await waitForGone(kube, HostedCluster, "probe", { namespace: elsewhere, timeoutMs: 120_000 });
  }
  expect(messages[0]).toContain("does not let");
  expect(messages[1]).toBe(messages[0]);
  expect((await agents()).map(({ metadata }) => metadata?.uid)).toEqual(before);
});

test("who was root on a host that was given back is nobody, before and after it is used again", async () => {
  const roots = await Promise.all(
    (await workers()).map(async ({ name, id }) => {
      const header = await hcp("local", "shell", name, "--", "cat", "/etc/roost-agent/authorization");
      return { id, credential: header.trim().replace("Authorization: Bearer ", "") };
    }),
  );
  const scale = (replicas: number) => kube.patch(NodePool, "demo", "clusters", { spec: { replicas } });
  await scale(roots.length - 1);
  const given = await eventually("a host is given back", 300, async () => {
    for (const root of roots) {
      const { spec, metadata } = await agentOf(root.id);
      const isReleased = metadata?.annotations?.[releasedCredentialAnnotation] !== undefined;
      if (isReleased || !spec.clusterDeploymentName) return root;
    }
    return undefined;
  });
  const claim = () => report(given.id, given.credential, { phase: "discovery", stage: "Failed" });
  expect((await claim()).status).toBe(401);
  await eventually("the host registers and is free", 300, async () => {
    expect((await ask("GET", on(given.id, "ignition"), given.credential)).status).toBeOneOf([401, 403]);
    return (await agentOf(given.id)).status?.debugInfo?.state === "known-unbound";
  });
  await scale(roots.length);
  await eventually("the host is a node again", 600, async () => {
    expect((await claim()).status).toBe(401);
    expect((await ask("GET", on(given.id, "ignition"), given.credential)).status).toBe(401);
    return (await agentOf(given.id)).status?.debugInfo?.state === "added-to-existing-cluster";
  });
});
