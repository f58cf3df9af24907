import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type SharedApiServer, sharedApiServer } from "../testing/shared-api-server.ts";
import { type Condition, isFalse, isTrue, setCondition } from "./conditions.ts";
import { type Controller, kept, Stalled, wait, watches } from "./controller.ts";
import { createKube } from "./create-kube.ts";
import { Health } from "./health.ts";
import { informersByKube } from "./informers-by-kube.ts";
import { kind } from "./kind.ts";
import { ConfigMap, CustomResourceDefinition, Namespace, Secret } from "./kinds.ts";
import type { Kube } from "./kube.ts";
import { createLog, noLog } from "./log.ts";
import { overrideKube } from "./override-kube.ts";
import type { Resource } from "./resource.ts";
import { type Pass, runControllers } from "./run-controllers.ts";
import { waitFor, waitForGone } from "./wait-for.ts";

interface Box extends Resource {
  spec: { size?: number; secret?: string };
  status: { size?: number; conditions?: Condition[] };
}
const group = "runtime.example";
const Box = kind<Box>(`${group}/v1`, "Box", "boxes");
const finalizer = `${group}/box`;

let server: SharedApiServer;
let kube: Kube;
let namespace: string;
const running: { stop: () => Promise<void> }[] = [];

beforeAll(async () => {
  server = await sharedApiServer("runtime");
  kube = server.kube;
  await kube.apply(boxCrd);
  await waitFor(kube, CustomResourceDefinition, `boxes.${group}`, (crd) =>
    isTrue(crd.status?.conditions as Condition[] | undefined, "Established"),
  );
});
beforeEach(async () => {
  namespace = (await sharedApiServer("runtime")).namespace;
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});
afterAll(() => kube?.close());

/** Runs one controller on the boxes of a fresh namespace; tells of its passes and its log. */
async function start(controller: Partial<Controller<Box>>) {
  const calls = { applies: 0, requests: [] as string[] };
  const own = await createKube({
    kubeconfig: server.kubeconfig,
    fieldManager: "boxes",
    onRequest: ({ verb, resource }) => calls.requests.push(`${verb} ${resource}`),
  });
  const counting = overrideKube(own, {
    apply: (...call) => {
      calls.applies++;
      return own.apply(...call);
    },
  });
  const stop = new AbortController();
  const passes: Pass[] = [];
  const lines: string[] = [];
  const health = new Health();
  let wake = () => {};
  const ended = runControllers([{ name: "boxes", kind: Box, namespace, reconcile() {}, ...controller }], {
    kube: counting,
    log: createLog({ write: (line) => lines.push(line) }),
    signal: stop.signal,
    health,
    onPass: (pass) => {
      passes.push(pass);
      wake();
    },
  });
  running.push({
    stop: async () => {
      stop.abort();
      await ended;
    },
  });
  return {
    calls,
    passes,
    lines,
    /** What the process would say to the kubelet. */
    says: (of: keyof Health) => [...health[of]].flatMap((check) => check() ?? []),
    /** Resolves when that many passes over the box have ended. */
    passed: (name: string, count: number) =>
      new Promise<void>((resolve) => {
        wake = () => {
          if (passes.filter((pass) => pass.key === `${namespace}/${name}`).length >= count) resolve();
        };
        wake();
      }),
  };
}

const box = (name: string, spec: Box["spec"] = {}) =>
  ({ apiVersion: Box.apiVersion, kind: "Box", metadata: { name, namespace }, spec }) as Box;

const content = (owner: Resource, data: Record<string, string> = {}): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: `${owner.metadata?.name}-content`, namespace },
  data,
});

test("a pass applies owned objects and patches status once", async () => {
  const { passed, passes } = await start({
    owns: [ConfigMap],
    reconcile: async (object, { kube, now }) => {
      await kube.apply(content(object, { size: String(object.spec.size) }));
      object.status.size = object.spec.size;
      object.status.conditions ??= [];
      setCondition(object.status.conditions, { type: "Ready", status: "True", reason: "AsExpected" }, now());
    },
  });
  const made = await kube.create(box("first", { size: 3 }));
  const done = await waitFor(kube, Box, "first", ({ status }) => status?.size === 3, { namespace });
  expect(done.status.conditions).toMatchObject([{ type: "Ready", status: "True", reason: "AsExpected" }]);
  expect((await kube.get(ConfigMap, "first-content", namespace))?.metadata?.ownerReferences).toEqual([
    {
      apiVersion: Box.apiVersion,
      kind: "Box",
      name: "first",
      uid: made.metadata?.uid,
      controller: true,
      blockOwnerDeletion: true,
    },
  ]);
  await passed("first", 2);
  expect(passes.every((pass) => pass.result === "done")).toBe(true);
  const { resourceVersion } = (await kube.get(Box, "first", namespace))?.metadata ?? {};
  expect(resourceVersion).toBe(done.metadata?.resourceVersion);
});

test("what somebody changed in an owned object is put right, and unchanged objects are not applied again", async () => {
  const { calls, passed, passes } = await start({
    owns: [ConfigMap],
    reconcile: async (object, { kube }) => {
      const answer = await kube.apply(content(object, { a: "1" }));
      object.status.size = answer.data?.a === "1" ? 1 : 0;
    },
  });
  await kube.create(box("kept"));
  await waitFor(kube, Box, "kept", ({ status }) => status?.size === 1, { namespace });
  await kube.patch(ConfigMap, "kept-content", namespace, { data: { a: "2" } });
  await waitFor(kube, ConfigMap, "kept-content", ({ data }) => data?.a === "1", { namespace });
  await passed("kept", 3);
  const before = { applies: calls.applies, passes: passes.length };
  await kube.patch(Box, "kept", namespace, { metadata: { annotations: { look: "again" } } });
  await passed("kept", before.passes + 1);
  await kube.patch(Box, "kept", namespace, { metadata: { annotations: { look: "and again" } } });
  await passed("kept", before.passes + 2);
  expect(calls.applies - before.applies).toBeLessThanOrEqual(1);
  await kube.delete(ConfigMap, "kept-content", namespace);
  await waitFor(kube, ConfigMap, "kept-content", ({ data }) => data?.a === "1", { namespace });
});

test("a pass reads what is kept without a request, with all that it has just written", async () => {
  const { calls, passed, passes, says } = await start({
    owns: [kept(ConfigMap)],
    watches: [watches({ kind: Secret, namespace, keep: true, keysOf: () => [] })],
    reconcile: async (object, { kube }) => {
      await kube.apply(content(object, { size: String(object.spec.size) }));
      const contents = await kube.list(ConfigMap, { namespace });
      const secrets = await kube.list(Secret, { namespace });
      const mine = contents.find(({ metadata }) => metadata?.name === `${object.metadata?.name}-content`);
      object.status.size = Number(mine?.data?.size) + secrets.length;
    },
  });
  await expect.poll(() => says("ready")).toEqual([]);
  const reads = () => calls.requests.filter((request) => /^(get|list) (configmaps|secrets)$/.test(request)).length;
  const before = reads();
  await kube.create(box("remembered", { size: 1 }));
  await waitFor(kube, Box, "remembered", ({ status }) => status?.size === 1, { namespace });
  await kube.patch(Box, "remembered", namespace, { spec: { size: 2 } });
  await waitFor(kube, Box, "remembered", ({ status }) => status?.size === 2, { namespace });
  expect(reads()).toBe(before);
  const sent = calls.requests.length;
  const { length } = passes;
  await kube.patch(Box, "remembered", namespace, { metadata: { annotations: { look: "again" } } });
  await passed("remembered", length + 1);
  expect(calls.requests.slice(sent)).toEqual([]);
});

test("controllers that are run apart follow each kind once where they are given the same informers", async () => {
  const requests: string[] = [];
  const onRequest = ({ verb, resource }: { verb: string; resource: string }) => requests.push(`${verb} ${resource}`);
  const own = await createKube({ kubeconfig: server.kubeconfig, onRequest });
  const stop = new AbortController();
  const options = { kube: own, log: noLog, signal: stop.signal };
  const informers = informersByKube(options);
  const passed: string[] = [];
  const controller = (name: string): Controller<Box> => ({
    name,
    kind: Box,
    namespace,
    watches: [watches({ kind: Secret, namespace, keep: true, keysOf: () => [] })],
    async reconcile(object, { kube }) {
      await kube.list(Secret, { namespace });
      passed.push(`${name} ${object.metadata?.name}`);
    },
  });
  await kube.create(box("shared"));
  const first = runControllers([controller("first")], { ...options, informers });
  await expect.poll(() => passed).toEqual(["first shared"]);
  const watching = () => requests.filter((request) => request.startsWith("watch")).sort();
  await expect.poll(watching).toEqual(["watch boxes", "watch secrets"]);
  requests.length = 0;
  const later = informersByKube({ ...options, shared: informers });
  const second = runControllers([controller("second")], { ...options, informers: later });
  await expect.poll(() => passed).toEqual(["first shared", "second shared"]);
  stop.abort();
  await Promise.all([first, second]);
  own.close();
  expect(requests).toEqual([]);
});

test("a wait is looked at again after its time, and summarized", async () => {
  let asked = 0;
  const { lines, passed } = await start({
    reconcile: (object) => {
      object.status.size = ++asked;
      if (asked < 3) return wait("NotYet", "Two more times", 30);
    },
    summarize: (object, result, { now }) => {
      object.status.conditions ??= [];
      setCondition(
        object.status.conditions,
        { type: "Ready", status: result.wait ? "False" : "True", reason: result.wait?.reason ?? "AsExpected" },
        now(),
      );
    },
  });
  await kube.create(box("waiting"));
  const done = await waitFor(kube, Box, "waiting", ({ status }) => status?.size === 3, { namespace });
  expect(done.status.conditions).toMatchObject([{ type: "Ready", status: "True" }]);
  await passed("waiting", 3);
  const about = lines.filter((line) => line.includes('"waiting"')).map((line) => JSON.parse(line).message);
  expect(about.slice(0, 2)).toEqual(["waiting", "settled"]);
});

test("a stalled object is looked at again as often as the controller looks at its objects anyway", async () => {
  const { passes } = await start({
    resyncMs: ({ spec }) => (spec.size ?? 0) * 10,
    reconcile() {
      throw new Stalled("NoSize", "Give the box a size");
    },
  });
  await kube.create(box("stalled", { size: 5 }));
  await expect.poll(() => passes.filter(({ result }) => result === "stalled").length).toBeGreaterThan(3);
});

test("an error is summarized, logged once, and tried again; a stalled object only after it changed", async () => {
  let broken = true;
  const { lines, passes, passed } = await start({
    reconcile: (object) => {
      if (object.spec.size === 0) throw new Stalled("NoSize", "Give the box a size");
      if (broken) throw new Error("The box is broken");
      object.status.size = object.spec.size;
    },
    summarize: (object, { error }, { now }) => {
      object.status.conditions ??= [];
      const update = { type: "Ready", reason: error ? "Failed" : "AsExpected", message: error?.message };
      setCondition(object.status.conditions, { ...update, status: error ? "False" : "True" }, now());
    },
  });
  await kube.create(box("broken", { size: 1 }));
  await kube.create(box("stalled", { size: 0 }));
  await passed("broken", 3);
  const found = await kube.get(Box, "broken", namespace);
  expect(found?.status.conditions).toMatchObject([{ status: "False", message: "The box is broken" }]);
  expect(lines.filter((line) => line.includes("pass failed"))).toHaveLength(1);
  broken = false;
  await waitFor(kube, Box, "broken", ({ status }) => status?.size === 1, { namespace });

  await passed("stalled", 1);
  expect(passes.filter(({ key }) => key.endsWith("/stalled"))).toHaveLength(1);
  expect(passes.find(({ key }) => key.endsWith("/stalled"))?.result).toBe("stalled");
  await kube.patch(Box, "stalled", namespace, { spec: { size: 5 } });
  await waitFor(kube, Box, "stalled", ({ status }) => status?.size === 5, { namespace });
});

test("an object with a cleanup is released when that is done", async () => {
  let mayGo = false;
  await start({
    finalizer,
    reconcile: (object) => {
      object.status.size = object.metadata?.finalizers?.length;
    },
    cleanup: (object) => {
      object.status.size = 99;
      if (!mayGo) return wait("InUse", "Somebody sits in the box", 30);
    },
  });
  await kube.create(box("cleaned"));
  await waitFor(kube, Box, "cleaned", ({ status }) => status?.size === 1, { namespace });
  await kube.delete(Box, "cleaned", namespace);
  await waitFor(kube, Box, "cleaned", ({ status }) => status?.size === 99, { namespace });
  mayGo = true;
  await waitForGone(kube, Box, "cleaned", { namespace });
});

test("a controller is told that an object is gone, to forget it as well", async () => {
  const gone: string[] = [];
  const { passed } = await start({ gone: (key) => gone.push(key) });
  await kube.create(box("forgotten"));
  await passed("forgotten", 1);
  await kube.delete(Box, "forgotten", namespace);
  await expect.poll(() => gone).toEqual([`${namespace}/forgotten`]);
});

test("an object that is deleted during a pass is cleaned up all the same", async () => {
  let cleaned = 0;
  let deleted = false;
  await start({
    finalizer,
    reconcile: async (object) => {
      if (!deleted) await kube.delete(Box, "in-between", namespace);
      deleted = true;
      object.status.size = 1;
    },
    cleanup: () => {
      cleaned++;
    },
  });
  await kube.create(box("in-between"));
  await waitForGone(kube, Box, "in-between", { namespace });
  expect(cleaned).toBe(1);
});

test("a change of the object during a pass is looked at in the next one", async () => {
  let changed = false;
  await start({
    reconcile: async (object) => {
      object.status.size = object.spec.size;
      if (!changed) await kube.patch(Box, "changing", namespace, { spec: { size: 2 } });
      changed = true;
    },
  });
  await kube.create(box("changing", { size: 1 }));
  await waitFor(kube, Box, "changing", ({ status }) => status?.size === 2, { namespace });
});

test("another kind's changes wake the objects that they concern, before and after", async () => {
  const { passed } = await start({
    watches: [
      watches({
        kind: Secret,
        namespace,
        keysOf: (secret, ours) =>
          (ours() as Box[])
            .filter((object) => object.spec.secret === secret.metadata?.name)
            .map((object) => `${namespace}/${object.metadata?.name}`),
      }),
    ],
    reconcile: async (object, { kube }) => {
      const secret = await kube.get(Secret, object.spec.secret ?? "none", namespace);
      object.status.size = Number(atob(secret?.data?.size ?? ""));
    },
  });
  await kube.create(box("lockbox", { secret: "lock" }));
  await passed("lockbox", 1);
  const secret: Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "lock", namespace },
    data: { size: btoa("7") },
  };
  await kube.create(secret);
  await waitFor(kube, Box, "lockbox", ({ status }) => status?.size === 7, { namespace });
  await kube.delete(Secret, "lock", namespace);
  await waitFor(kube, Box, "lockbox", ({ status }) => status?.size === 0, { namespace });
});

test("a change of what no pass reads of another object wakes nobody, and its end does", async () => {
  const secrets = { kind: Secret, namespace, keysOf: () => [`${namespace}/a`] };
  const of = watches<Secret>({ ...secrets, reads: ({ data }) => data });
  const { passes, passed } = await start({ watches: [of] });
  // Wakes for every change.
  const other = await start({ name: "other", watches: [watches<Secret>(secrets)] });
  const write = (labels: Record<string, string>, text: number) => {
    const metadata = { name: "s", namespace, labels };
    return kube.apply<Secret>({ apiVersion: "v1", kind: "Secret", metadata, data: { text: btoa(`${text}`) } });
  };
  await kube.create(box("a"));
  await Promise.all([passed("a", 1), other.passed("a", 1)]);
  let text = 0;
  // In the first round, passes may still come that the beginning brought.
  const passesOfOneChange = async () => {
    const before = passes.length;
    for (let unread = 0; unread < 10; unread++) {
      const { length } = other.passes;
      await write({ unread: `${unread}` }, text);
      await other.passed("a", length + 1);
    }
    const { length } = passes;
    await write({}, ++text);
    await passed("a", length + 1);
    return passes.length - before;
  };
  await expect.poll(passesOfOneChange, { timeout: 60_000 }).toBe(1);
  const { length } = passes;
  await kube.delete(Secret, "s", namespace);
  await passed("a", length + 1);
});

test("conditions that another writer sets during a pass are kept", async () => {
  const theirs = {
    type: "Theirs",
    status: "True",
    reason: "SetMeanwhile",
    message: "",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  };
  let first = true;
  await start({
    reconcile: async (object, { now }) => {
      if (first)
        await kube.patch(Box, "shared", namespace, { status: { conditions: [theirs] } }, { subresource: "status" });
      first = false;
      object.status.conditions ??= [];
      setCondition(object.status.conditions, { type: "Ours", status: "True", reason: "AsExpected" }, now());
    },
  });
  await kube.create(box("shared"));
  const both = await waitFor(kube, Box, "shared", ({ status }) => (status?.conditions?.length ?? 0) === 2, {
    namespace,
  });
  expect(both.status.conditions?.map(({ type }) => type)).toEqual(["Theirs", "Ours"]);
});

const reportError: Controller<Box>["summarize"] = (object, { error }, { now }) => {
  object.status.conditions ??= [];
  const [status, reason] = error ? ["False", "Failed"] : ["True", "AsExpected"];
  setCondition(object.status.conditions, { type: "Ready", status, reason, message: error?.message } as never, now());
};

test("a pass that hangs is given up with what it asked of the server, and says so; others go on", async () => {
  const { passed, says } = await start({
    workers: 1,
    deadlineMs: 300,
    reconcile: async (object, { kube }) => {
      const path = `/api/v1/namespaces/${namespace}/configmaps?watch=true`;
      if (object.metadata?.name === "hanging") await kube.request("GET", path);
      object.status.size = object.spec.size;
    },
    summarize: reportError,
  });
  await kube.create(box("hanging"));
  const hung = await waitFor(kube, Box, "hanging", ({ status }) => isFalse(status?.conditions, "Ready"), { namespace });
  expect(hung.status.conditions).toMatchObject([{ message: "It did not end within 0.3 s" }]);
  await kube.create(box("quick", { size: 1 }));
  await waitFor(kube, Box, "quick", ({ status }) => status?.size === 1, { namespace });
  await passed("hanging", 2);
  expect(says("alive")).toEqual([]);
});

test("a pass that heeds nothing is left alone, can write nothing more, and makes the process unhealthy until it ends", async () => {
  let finish = () => {};
  let late: unknown;
  const { says } = await start({
    deadlineMs: 100,
    reconcile: async (object, { kube }) => {
      if (object.spec.size === 1) return;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      late = await kube.apply(content(object)).catch((error) => error);
    },
    summarize: reportError,
  });
  await kube.create(box("deaf"));
  await waitFor(kube, Box, "deaf", ({ status }) => isFalse(status?.conditions, "Ready"), { namespace });
  expect(says("alive")).toEqual([`Passes of boxes do not end: ${namespace}/deaf`]);
  const release = finish;
  await kube.patch(Box, "deaf", namespace, { spec: { size: 1 } });
  release();
  await expect.poll(() => says("alive")).toEqual([]);
  expect((late as Error).message).toBe("It did not end within 0.1 s");
  expect(await kube.get(ConfigMap, "deaf-content", namespace)).toBeUndefined();
});

test("a process is ready when it has seen all that it follows", async () => {
  const { says } = await start({
    owns: [ConfigMap],
    watches: [watches({ kind: Secret, namespace, keysOf: () => [] })],
  });
  const { server: address } = kube;
  expect(says("ready")).toEqual([`Waiting for ${address} to list boxes, configmaps, secrets`]);
  await expect.poll(() => says("ready")).toEqual([]);
});

test("an object outside namespaces and one of another namespace get no owner", async () => {
  await start({
    reconcile: async (object, { kube }) => {
      await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: `${namespace}-more` } });
      await kube.apply<ConfigMap>({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "far", namespace: `${namespace}-more` },
      });
      await kube.apply<ConfigMap>({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "orphan", namespace, ownerReferences: [] },
      });
      object.status.size = 1;
    },
  });
  await kube.create(box("distant"));
  await waitFor(kube, Box, "distant", ({ status }) => status?.size === 1, { namespace });
  for (const object of [
    await kube.get(Namespace, `${namespace}-more`),
    await kube.get(ConfigMap, "far", `${namespace}-more`),
    await kube.get(ConfigMap, "orphan", namespace),
  ]) {
    expect(object).toBeDefined();
    expect(object?.metadata?.ownerReferences).toBeUndefined();
  }
});

test("a controller without its CRD is quiet", async () => {
  const { lines } = await start({
    owns: [kind("nobody.example/v1", "Thing", "things")],
    watches: [watches({ kind: kind("nobody.example/v1", "Other", "others"), keysOf: () => [] })],
    reconcile: (object) => {
      object.status.size = 2;
    },
  });
  await kube.create(box("lonely"));
  await waitFor(kube, Box, "lonely", ({ status }) => status?.size === 2, { namespace });
  expect(lines.filter((line) => line.includes("lonely") || line.includes("Thing"))).toEqual([]);
});

const boxCrd: CustomResourceDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `boxes.${group}` },
  spec: {
    group,
    names: { plural: "boxes", kind: "Box", singular: "box", listKind: "BoxList" },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};
