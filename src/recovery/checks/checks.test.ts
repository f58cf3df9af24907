import { expect, test } from "vitest";
import type { EtcdClient } from "../../etcd/etcd-client.ts";
import type { ExecCall, ExecEnded } from "../../kube/exec-in-pod.ts";
import type { Kind } from "../../kube/kind.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import type { CheckFacts } from "./check.ts";
import { dns } from "./dns.ts";
import { etcdHash } from "./etcd-hash.ts";
import { etcdMembers } from "./etcd-members.ts";
import { etcdRevision } from "./etcd-revision.ts";
import { exec } from "./exec.ts";
import { checks, checksWithoutNodes } from "./index.ts";
import { logs } from "./logs.ts";
import { nodeHeartbeats } from "./node-heartbeats.ts";
import { objectCounts } from "./object-counts.ts";
import { oldToken } from "./old-token.ts";
import { webhooks } from "./webhooks.ts";

const now = () => new Date("2026-01-01T12:00:00Z");
const names = ["etcd-0", "etcd-1", "etcd-2"];
const record = { clusterID: "c1", members: Object.fromEntries(names.map((name) => [name, { id: name }])) };

interface Member {
  clusterID?: string;
  revision?: number;
  isLearner?: boolean;
  leader?: string | undefined;
  alarms?: string[];
  hash?: number;
  compacted?: number[];
  silent?: boolean;
}

/** Members that agree, but for these. */
function etcdOf(changes: Record<string, Member> = {}, more: Partial<CheckFacts["etcd"]> = {}): CheckFacts["etcd"] {
  const of = (host: string): Member => ({ clusterID: "c1", revision: 100, leader: "1", alarms: [], ...changes[host] });
  const client = {
    async status(host: string) {
      if (of(host).silent) throw new Error(`${host} does not answer: nothing listens there`);
      return { isLearner: false, ...of(host) };
    },
    members: async () => names.map((name) => ({ id: name, name, peerURLs: [], isLearner: false })),
    text: async () => undefined,
    async call(_: string, method: string) {
      if (method === "kv/range") {
        const keys = ["configmaps/a/b", "configmaps/a/c", "secrets/a/b", "events/a/b"];
        return { kvs: keys.map((key) => ({ key: Buffer.from(`/kubernetes.io/${key}`).toString("base64") })) };
      }
      throw new Error(`nobody answers ${method}`);
    },
    async hash(host: string) {
      const { hash = 7, compacted = [50] } = of(host);
      return { hash, compactRevision: compacted.length > 1 ? compacted.shift() : compacted[0] };
    },
  };
  return {
    client: client as unknown as EtcdClient,
    hosts: Object.fromEntries(names.map((name) => [name, name])),
    record,
    ...more,
  };
}

interface Cluster {
  objects?: Record<string, Resource[]>;
  /** What requests to paths that contain this are answered with. */
  answers?: Record<string, { status: number; body: unknown }>;
  run?: (call: ExecCall) => Partial<ExecEnded>;
}

function hostedOf({ objects = {}, answers = {}, run }: Cluster): CheckFacts["hosted"] {
  const kube = {
    list: async (kind: Kind) => objects[kind.kind] ?? [],
    get: async (kind: Kind, name: string) => objects[kind.kind]?.find(({ metadata }) => metadata?.name === name),
    async request(_: string, path: string) {
      const found = Object.entries(answers).find(([part]) => path.includes(part))?.[1];
      if (!found) throw new Error(`nobody answers ${path}`);
      return { status: found.status, body: JSON.stringify(found.body) };
    },
  };
  return {
    kube: kube as unknown as Kube,
    exec: async (call) => ({ status: 0, stdout: "", stderr: "", ...run?.(call) }),
  };
}

const facts = (changes: Partial<CheckFacts> = {}): CheckFacts => ({
  etcd: etcdOf(),
  hosted: hostedOf({}),
  now,
  signal: AbortSignal.timeout(10_000),
  ...changes,
});

const node = (name: string, ready = "True") =>
  ({ metadata: { name }, status: { conditions: [{ type: "Ready", status: ready }] } }) as Resource;
const proxy = (on: string) =>
  ({ metadata: { name: `proxy-${on}` }, spec: { nodeName: on }, status: { phase: "Running" } }) as Resource;
const lease = (name: string, renewTime: string): Resource & { spec: object } => ({
  metadata: { name },
  spec: { renewTime },
});
const twoNodes = { Node: [node("a"), node("b")], Pod: [proxy("a"), proxy("b")] };

test("members that vote in the cluster on record pass", async () => {
  expect(await etcdMembers.run(facts())).toEqual({ result: "passed", message: "3 members vote in c1" });
});

test.each([
  ["another cluster", { "etcd-1": { clusterID: "c2" } }, "etcd-1 belongs to the cluster c2, and on record is c1"],
  ["a learner", { "etcd-2": { isLearner: true } }, "etcd-2 takes over the data of the others"],
  ["a member without a leader", { "etcd-0": { leader: undefined } }, "etcd-0 knows no leader"],
  ["an alarm", { "etcd-0": { alarms: ["CORRUPT"] } }, "etcd-0 has the alarm CORRUPT"],
  ["a member that is away", { "etcd-2": { silent: true } }, "etcd-2 does not answer: nothing listens there"],
])("%s is found and named", async (_, members: Record<string, Member>, message) => {
  const found = await etcdMembers.run(facts({ etcd: etcdOf(members) }));
  expect(found).toMatchObject({ result: "failed", message: expect.stringContaining(message) });
});

test("a member that there should not be is found, and two clusters without a record", async () => {
  const two = etcdOf({}, { hosts: { "etcd-0": "etcd-0", "etcd-1": "etcd-1" } });
  expect(await etcdMembers.run(facts({ etcd: two }))).toMatchObject({
    result: "failed",
    message: expect.stringContaining("etcd-0 knows the members etcd-0, etcd-1, etcd-2, and there should be"),
  });
  const split = etcdOf({ "etcd-1": { clusterID: "c2" } }, { record: undefined });
  expect(await etcdMembers.run(facts({ etcd: split }))).toMatchObject({
    result: "failed",
    message: expect.stringContaining("there are 2 clusters: c1, c2"),
  });
});

test("different data has another hash, and the member is named", async () => {
  expect(await etcdHash.run(facts())).toMatchObject({ result: "passed" });
  expect(await etcdHash.run(facts({ etcd: etcdOf({ "etcd-2": { hash: 8 } }) }))).toEqual({
    result: "failed",
    message: "etcd-2 has other data than etcd-0: at revision 100 their hashes are 8 and 7",
  });
});

test("a compaction between two answers is no difference", async () => {
  const compacted = { "etcd-1": { compacted: [40, 50] } };
  expect(await etcdHash.run(facts({ etcd: etcdOf(compacted) }))).toMatchObject({ result: "passed" });
});

test("an etcd behind the revision on record is found", async () => {
  const at = (highestRevision?: number) => etcdRevision.run(facts({ etcd: etcdOf({}, { highestRevision }) }));
  expect(await at(100)).toMatchObject({ result: "passed" });
  expect(await at(101)).toMatchObject({
    result: "failed",
    message: expect.stringContaining("at revision 100, and 101"),
  });
  expect(await at()).toMatchObject({ result: "skipped" });
});

test("objects are counted exactly, but for what etcd itself removes", async () => {
  const count = (counts: Record<string, number>) => objectCounts.run(facts({ objectCounts: counts }));
  expect(await count({ configmaps: 2, secrets: 1, events: 12 })).toMatchObject({ result: "passed" });
  expect(await count({ configmaps: 3, secrets: 1, pods: 1 })).toEqual({
    result: "failed",
    message: "There are 2 configmaps in place of 3, 0 pods in place of 1",
  });
  expect(await count({ configmaps: 2 })).toMatchObject({ result: "failed" });
  expect(await objectCounts.run(facts())).toMatchObject({ result: "skipped" });
});

test("a token that was kept is reviewed, and why it is refused is said", async () => {
  const keptToken = { token: "t", issuedAt: "2025-12-01T00:00:00Z" };
  const review = (status: object) =>
    oldToken.run(
      facts({ keptToken, hosted: hostedOf({ answers: { tokenreviews: { status: 201, body: { status } } } }) }),
    );
  expect(await review({ authenticated: true })).toMatchObject({ result: "passed" });
  expect(await review({ error: "invalid signature" })).toEqual({
    result: "failed",
    message: "The token issued at 2025-12-01T00:00:00Z is refused: invalid signature",
  });
  expect(await oldToken.run(facts())).toMatchObject({ result: "skipped" });
});

test.each([
  ["another account of that name", "u2", "skipped"],
  ["the same account", "u1", "failed"],
  ["no account", undefined, "failed"],
])("a refused token tells nothing where there is %s now", async (_, uid, result) => {
  const hosted = hostedOf({
    answers: { tokenreviews: { status: 201, body: { status: { error: "no longer valid" } } } },
    objects: { ServiceAccount: uid ? [{ metadata: { name: "default", uid } }] : [] },
  });
  const keptToken = { token: "t", issuedAt: "2025-12-01T00:00:00Z", accountUID: "u1" };
  expect(await oldToken.run(facts({ keptToken, hosted }))).toMatchObject({ result });
});

test("a node that has not reported lately is named", async () => {
  const leases = [lease("a", "2026-01-01T11:59:50.000000Z"), lease("b", "2026-01-01T11:59:10.000000Z")];
  const beating = (objects: Record<string, Resource[]>) => nodeHeartbeats.run(facts({ hosted: hostedOf({ objects }) }));
  expect(await beating({ Node: [node("a")], Lease: leases })).toMatchObject({ result: "passed" });
  expect(await beating({ Node: [node("a"), node("b"), node("c")], Lease: leases })).toEqual({
    result: "failed",
    message: "2 of 3 nodes have not reported within 40 s: b, c",
  });
  expect(await beating({})).toMatchObject({ result: "skipped" });
});

test("a node that reported while the answer was under way has reported", async () => {
  const times = ["2026-01-01T12:00:00Z", "2026-01-01T12:00:50Z"];
  const slow = () => new Date(times.shift() ?? "");
  const objects = {
    Node: [node("a"), node("b")],
    Lease: [lease("a", "2026-01-01T11:59:55Z"), lease("b", "2026-01-01T12:00:45Z")],
  };
  const found = await nodeHeartbeats.run(facts({ hosted: hostedOf({ objects }), now: slow }));
  expect(found).toMatchObject({ result: "passed" });
});

test("a cluster without nodes has nothing to ask, one whose nodes are not ready fails", async () => {
  for (const check of [logs, exec]) {
    expect(await check.run(facts())).toEqual({ result: "skipped", message: "The cluster has no nodes" });
    const hosted = hostedOf({ objects: { Node: [node("a", "Unknown")], Pod: [proxy("a")] } });
    expect(await check.run(facts({ hosted }))).toEqual({ result: "failed", message: "None of 1 nodes is ready: a" });
  }
});

test("a node whose logs, commands or names cannot be had is named", async () => {
  const service = (name: string, clusterIP: string): Resource & { spec: object } => ({
    metadata: { name },
    spec: { clusterIP },
  });
  const services = [service("kube-dns", "10.0.0.10"), service("kubernetes", "10.0.0.1")];
  const objects = { ...twoNodes, Service: services };
  const refused = { status: 500, body: {} };
  const read = { status: 200, body: "line" };
  expect(
    await logs.run(facts({ hosted: hostedOf({ objects, answers: { "proxy-a": read, "proxy-b": refused } }) })),
  ).toEqual({
    result: "failed",
    message: "b: the log of proxy-b is refused with status 500",
  });
  const echo = ({ pod, command }: ExecCall) => ({ stdout: pod === "proxy-a" ? `${command[1]}\n` : "" });
  expect(await exec.run(facts({ hosted: hostedOf({ objects, run: echo }) }))).toEqual({
    result: "failed",
    message: 'b: "echo" in proxy-b ended with 0 and printed something else',
  });
  const header = "Server:\t\t10.0.0.10\nAddress:\t10.0.0.10:53\n\n";
  const look = (answer: string) =>
    dns.run(facts({ hosted: hostedOf({ objects, run: () => ({ stdout: header + answer }) }) }));
  expect(await look("Name:\tkubernetes.default\nAddress: 10.0.0.1\n")).toMatchObject({ result: "passed" });
  // The address of the resolver begins like that of the API.
  expect(await look("** server can't find it: NXDOMAIN\n")).toMatchObject({ result: "failed" });
  expect(await look("Name:\tkubernetes.default\nAddress: 10.0.0.10\n")).toMatchObject({ result: "failed" });
});

test("a webhook that refuses answers, and one that the API server does not reach does not", async () => {
  const clientConfig = { service: { namespace: "w", name: "guard", path: "/admit", port: 8443 } };
  const outside = { name: "o", clientConfig: { url: "https://guard.example.com" } };
  const hooks = [{ name: "h", clientConfig }, outside];
  const objects = { ValidatingWebhookConfiguration: [{ metadata: { name: "v" }, webhooks: hooks } as Resource] };
  const answered = (status: number, body: unknown) =>
    webhooks.run(
      facts({ hosted: hostedOf({ objects, answers: { "https:guard:8443/proxy/admit": { status, body } } }) }),
    );
  expect(await answered(405, "POST only")).toEqual({
    result: "passed",
    message: "1 webhook answers; 1 outside the cluster were not asked",
  });
  expect(await answered(503, { kind: "Status", message: "no endpoints available for service" })).toMatchObject({
    result: "failed",
    message: expect.stringContaining("w/guard does not answer: no endpoints available for service"),
  });
  expect(await webhooks.run(facts())).toMatchObject({ result: "skipped" });
});

test("a drill, which no node reaches, leaves out the checks that ask nodes, and no others", () => {
  const needNodes = ["node-heartbeats", "logs", "exec", "dns", "webhooks"];
  expect(checks.map(({ name }) => name).filter((name) => !needNodes.includes(name))).toEqual(checksWithoutNodes);
  expect(checksWithoutNodes).toContain("old-token");
});
