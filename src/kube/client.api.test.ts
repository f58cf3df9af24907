import { afterAll, beforeAll, expect, test } from "vitest";
import { type SharedApiServer, sharedApiServer } from "../testing/shared-api-server.ts";
import { ApiError, isNotFound, isNotServed } from "./api-error.ts";
import { createKube } from "./create-kube.ts";
import { clusterKind, kind } from "./kind.ts";
import { ConfigMap, CustomResourceDefinition, Namespace, Secret, type Service } from "./kinds.ts";
import type { Kube } from "./kube.ts";
import type { Resource } from "./resource.ts";
import { waitFor } from "./wait-for.ts";

let server: SharedApiServer;
let kube: Kube;
let namespace: string;
beforeAll(async () => {
  server = await sharedApiServer("client");
  ({ kube, namespace } = server);
});
afterAll(() => kube?.close());

const configMap = (name: string, data: Record<string, string> = {}): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace },
  data,
});

test("get gives nothing for an object or a namespace that is not there", async () => {
  expect(await kube.get(Secret, "nope", namespace)).toBeUndefined();
  expect(await kube.get(Secret, "nope", "nowhere")).toBeUndefined();
});

// One of no group that is served, and one of a group that is.
for (const apiVersion of ["nobody.example/v1", "apps/v1"]) {
  test(`that ${apiVersion} has no such kind is another answer than that there is no such object`, async () => {
    const thing = kind(apiVersion, "Thing", "things");
    const asked = [
      () => kube.get(thing, "nope", namespace),
      () => kube.delete(thing, "nope", namespace),
      () => kube.patch(thing, "nope", namespace, {}),
    ];
    for (const ask of asked) {
      const error = await ask().catch((thrown) => thrown);
      expect(error.message).toContain(`does not serve Thing of ${apiVersion}, install its Custom`);
      expect([isNotServed(error), isNotFound(error)]).toEqual([true, false]);
    }
    expect(await kube.get(thing, "nope", namespace, { optional: true })).toBeUndefined();
  });
}

test("that there is no such object is another answer than that there is no such kind", async () => {
  const error = await kube.patch(Secret, "nope", namespace, {}).catch((thrown) => thrown);
  expect([isNotServed(error), isNotFound(error)]).toEqual([false, true]);
});

test("a list of a kind that is not served is an error, and no empty list, unless it may be", async () => {
  const thing = kind("nobody.example/v1", "Thing", "things");
  await expect(kube.list(thing)).rejects.toMatchObject({
    status: 404,
    message: `Could not list things: ${kube.server} does not serve Thing of nobody.example/v1, install its CustomResourceDefinition first`,
  });
  // Of a group that is served.
  await expect(kube.list(kind("apps/v1", "Thing", "things"), { namespace })).rejects.toThrow("does not serve Thing");
  expect(await kube.list(thing, { optional: true })).toEqual([]);
  expect(await kube.list(Secret, { namespace: "nowhere" })).toEqual([]);
});

test("apply makes, changes, and takes back what this field manager gave before", async () => {
  const made = await kube.apply(configMap("applied", { a: "1", b: "2" }));
  await kube.apply(configMap("applied", { c: "3" }), { fieldManager: "another" });
  const changed = await kube.apply(configMap("applied", { a: "1" }));
  expect(changed.data).toEqual({ a: "1", c: "3" });
  const again = await kube.apply(configMap("applied", { a: "1" }));
  expect(again.metadata?.resourceVersion).toBe(changed.metadata?.resourceVersion);
  expect(made.metadata?.uid).toBe(changed.metadata?.uid);
});

test("apply takes an object that was read from the server", async () => {
  await kube.apply(configMap("read-back", { a: "1" }));
  const read = await kube.get(ConfigMap, "read-back", namespace);
  expect((await kube.apply({ ...read, data: { a: "2" } } as ConfigMap)).data).toEqual({ a: "2" });
});

test("an apply that names the object it is for makes no other in its place", async () => {
  const { metadata } = await kube.apply(configMap("meant"));
  const meant = { ...configMap("meant", { a: "1" }), metadata: { name: "meant", namespace, uid: metadata?.uid } };
  expect((await kube.apply(meant)).data).toEqual({ a: "1" });
  await kube.delete(ConfigMap, "meant", namespace);
  await expect(kube.apply(meant)).rejects.toMatchObject({ reason: "Conflict" });
  expect(await kube.get(ConfigMap, "meant", namespace)).toBeUndefined();
  await kube.apply(configMap("meant"));
  await expect(kube.apply(meant)).rejects.toMatchObject({ status: 422 });
  expect((await kube.get(ConfigMap, "meant", namespace))?.data).toBeUndefined();
});

test("a dry run changes nothing", async () => {
  await kube.apply(configMap("dry"), { dryRun: true });
  expect(await kube.get(ConfigMap, "dry", namespace)).toBeUndefined();
});

test("list follows pages and selects by label and field", async () => {
  const names = Array.from({ length: 510 }, (_, index) => `page-${index}`);
  const label = { paged: "yes" };
  for (let start = 0; start < names.length; start += 50) {
    const batch = names.slice(start, start + 50);
    await Promise.all(
      batch.map((name) => kube.create<ConfigMap>({ ...configMap(name), metadata: { name, namespace, labels: label } })),
    );
  }
  expect(await kube.list(ConfigMap, { namespace, labels: label })).toHaveLength(510);
  const [one, ...others] = await kube.list(ConfigMap, { namespace, fields: { "metadata.name": "page-7" } });
  expect(others).toEqual([]);
  expect(one).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "page-7" } });
  const [bare] = await kube.list(ConfigMap, { namespace, fields: { "metadata.name": "page-7" }, metadataOnly: true });
  expect(bare).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "page-7", labels: label } });
  expect(bare).not.toHaveProperty("data");
});

test("refusals carry the server's reason and sentence", async () => {
  await kube.create(configMap("taken"));
  await expect(kube.create(configMap("taken"))).rejects.toMatchObject({
    status: 409,
    reason: "AlreadyExists",
    message: `Could not create ConfigMap ${namespace}/taken: configmaps "taken" already exists`,
  });
  const wrong = kube.create<Service>({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "wrong", namespace },
    spec: { ports: [{ port: 70000 }] },
  });
  const error = await wrong.catch((thrown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 422, reason: "Invalid" });
  expect(error.causes[0].field).toBe("spec.ports[0].port");
});

test("a kind that the server does not serve is refused in words, whether or not the code knows it", async () => {
  const thing = { apiVersion: "nobody.example/v1", kind: "Thing", metadata: { name: "x", namespace } };
  await expect(kube.apply(thing)).rejects.toThrow(/does not serve Thing of nobody.example\/v1, install its Custom/);
  await kube.list(kind(thing.apiVersion, thing.kind, "things"), { optional: true });
  await expect(kube.apply(thing)).rejects.toThrow(/does not serve Thing of nobody.example\/v1, install its Custom/);
});

test("replace fails with a conflict where the object changed meanwhile", async () => {
  const made = await kube.create(configMap("replaced", { a: "1" }));
  await kube.replace({ ...made, data: { a: "2" } });
  await expect(kube.replace({ ...made, data: { a: "3" } })).rejects.toMatchObject({ status: 409, reason: "Conflict" });
});

test("patch merges, follows JSON pointers, and reaches subresources", async () => {
  await kube.create(configMap("patched", { a: "1", b: "2" }));
  const merged = await kube.patch(ConfigMap, "patched", namespace, { data: { b: null } });
  expect(merged.data).toEqual({ a: "1" });
  const pointed = await kube.patch(ConfigMap, "patched", namespace, [{ op: "replace", path: "/data/a", value: "9" }], {
    type: "json",
  });
  expect(pointed.data).toEqual({ a: "9" });
  const marked = await kube.patch(
    Namespace,
    namespace,
    undefined,
    { status: { phase: "Active" } },
    { subresource: "status" },
  );
  expect(marked.status?.phase).toBe("Active");
});

test("delete says whether there was an object, and spares another one of the same name", async () => {
  const first = await kube.create(configMap("deleted"));
  expect(await kube.delete(ConfigMap, "deleted", namespace)).toBe(true);
  expect(await kube.delete(ConfigMap, "deleted", namespace)).toBe(false);
  await kube.create(configMap("deleted"));
  expect(await kube.delete(ConfigMap, "deleted", namespace, { uid: first.metadata?.uid })).toBe(false);
  expect(await kube.get(ConfigMap, "deleted", namespace)).toBeDefined();
});

test("a kind becomes known when its CRD is installed", async () => {
  const group = `g${namespace.replace(/[^a-z0-9]/g, "")}.example`;
  const gadget = clusterKind<Resource>(`${group}/v1`, "Gadget", "gadgets");
  const seen: string[] = [];
  const stop = new AbortController();
  const arrived = new Promise<void>((resolve) => {
    void kube.watch(gadget, {
      signal: stop.signal,
      onEvent: ({ type, object }) => {
        seen.push(`${type} ${object.metadata?.name}`);
        resolve();
      },
    });
  });
  expect(await kube.kindOf(`${group}/v1`, "Gadget")).toBeUndefined();
  await kube.apply(crd(group, "gadgets", "Gadget"));
  await waitFor(kube, CustomResourceDefinition, `gadgets.${group}`, (one) =>
    ((one.status?.conditions ?? []) as { type: string; status: string }[]).some(
      ({ type, status }) => type === "Established" && status === "True",
    ),
  );
  await expect.poll(() => kube.kindOf(`${group}/v1`, "Gadget")).toMatchObject({ plural: "gadgets", namespaced: false });
  await kube.apply({ apiVersion: `${group}/v1`, kind: "Gadget", metadata: { name: "one" } });
  await arrived;
  expect(seen).toEqual(["ADDED one"]);
  stop.abort();
});

test("a user without permissions is refused in words, and may act for others where allowed", async () => {
  const config = JSON.parse(server.kubeconfig);
  config.users[0].user.as = "jane";
  const jane = await createKube({ kubeconfig: JSON.stringify(config) });
  await expect(jane.list(Secret, { namespace })).rejects.toMatchObject({ status: 403, reason: "Forbidden" });
});

test("wrong credentials are refused, and replaced ones are taken up", async () => {
  const config = JSON.parse(server.kubeconfig);
  config.users[0].user.token = "wrong";
  const stranger = await createKube({ kubeconfig: JSON.stringify(config) });
  await expect(stranger.list(Secret, { namespace })).rejects.toMatchObject({ status: 401 });
  await stranger.useKubeconfig(server.kubeconfig);
  expect(await stranger.list(Secret, { namespace })).toEqual([]);
});

const crd = (group: string, plural: string, name: string): CustomResourceDefinition => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    names: { plural, kind: name, singular: name.toLowerCase(), listKind: `${name}List` },
    scope: "Cluster",
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
});

test("of a list in short pages, and of what follows it, only what is picked is given", async () => {
  const labels = { list: "picked" };
  const names = Array.from({ length: 60 }, (_, index) => `picked-${String(index).padStart(2, "0")}`);
  const named = (name: string) => ({ ...configMap(name, { text: "long" }), metadata: { name, namespace, labels } });
  await Promise.all(names.map((name) => kube.create<ConfigMap>(named(name))));
  const pick = ({ metadata: { name, resourceVersion } = {} }: ConfigMap): ConfigMap => ({
    metadata: { name, namespace, resourceVersion },
  });
  const listed = await kube.list(ConfigMap, { namespace, labels, pick });
  expect(listed.map(({ metadata }) => metadata?.name)).toEqual(names);
  expect(listed.filter(({ data, metadata }) => data ?? metadata?.labels)).toEqual([]);
  const stop = new AbortController();
  const given: ConfigMap[] = [];
  const ended = kube.watch(ConfigMap, {
    ...{ namespace, labels, pick, signal: stop.signal },
    onEvent: ({ object }) => given.push(object),
    synced: () => void kube.create<ConfigMap>(named("picked-later")),
  });
  await expect.poll(() => given.length, { timeout: 60_000 }).toBe(61);
  stop.abort();
  await ended;
  expect(given.at(-1)).toMatchObject({ kind: "ConfigMap", metadata: { name: "picked-later" } });
  expect(given.filter(({ data }) => data)).toEqual([]);
});
