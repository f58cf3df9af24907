import { expect, test } from "vitest";
import { type InformerOptions, Informers, type Scope } from "./informer.ts";
import { ConfigMap } from "./kinds.ts";
import type { Kube, Picking, WatchOptions } from "./kube.ts";
import { type Applied, owningKube } from "./owning-kube.ts";
import { readingKube } from "./reading-kube.ts";
import { seen } from "./seen.ts";

/** A client that reads ConfigMaps from memory, the watch that fills it, and what is asked of the server all the same. */
function reading({
  scope = {},
  listed = "10",
  pick,
  keep = true,
}: { scope?: Scope; listed?: string; keep?: InformerOptions["keep"] } & Picking<ConfigMap> = {}) {
  let watch: WatchOptions<ConfigMap> | undefined;
  const asked: string[] = [];
  let answer: ConfigMap | undefined;
  const answering = async () => answer as ConfigMap;
  const kube = {
    server: "https://test",
    watch: async (_: unknown, options: WatchOptions<ConfigMap>) => {
      watch = options;
    },
    get: async (_: unknown, name: string) => void asked.push(`get ${name}`),
    list: async () => {
      asked.push("list");
      return [];
    },
    create: answering,
    patch: answering,
    apply: async () => {
      asked.push("apply");
      return answer as ConfigMap;
    },
    delete: async () => true,
  } as unknown as Kube;
  const informers = new Informers(kube, new AbortController().signal);
  const informer = informers.of(ConfigMap, { ...scope, keep, pick });
  informers.start();
  if (!watch) throw new Error("Nothing is followed");
  const { onEvent, pick: picked = (object) => object } = watch;
  const brings = (type: "ADDED" | "MODIFIED" | "DELETED", object: ConfigMap) =>
    onEvent({ type, object: Object.assign(picked(object), { apiVersion: "v1", kind: "ConfigMap" }) });
  if (listed) watch.listed?.(listed);
  const client = readingKube(kube, { kept: [informer], informers });
  return {
    client,
    asked,
    brings,
    watch,
    informer,
    informers,
    /** What the server answers to the next writes. */
    answers: (object: ConfigMap) => {
      answer = object;
    },
    names: async (options = {}) => (await client.list(ConfigMap, options)).map(({ metadata }) => metadata?.name),
    versionOf: async (name: string) => (await client.get(ConfigMap, name, "n"))?.metadata?.resourceVersion,
  };
}

const configMap = (name: string, resourceVersion: string, more: ConfigMap["metadata"] = {}): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "n", uid: `uid-of-${name}`, resourceVersion, ...more },
});

test("what is kept is read without a request, in the server's order, and every reader has a copy", async () => {
  const { client, asked, brings, names } = reading();
  brings("ADDED", configMap("b", "12", { labels: { of: "us" } }));
  brings("ADDED", configMap("a", "11", { labels: { of: "us", more: "yes" } }));
  brings("ADDED", configMap("c", "13", { namespace: "other", labels: { of: "us" } }));
  expect(await names({ namespace: "n" })).toEqual(["a", "b"]);
  expect(await names({ labels: { of: "us" } })).toEqual(["a", "b", "c"]);
  expect(await names({ namespace: "n", labels: { more: "yes" } })).toEqual(["a"]);
  const read = await client.get(ConfigMap, "a", "n");
  if (read?.metadata) read.metadata.labels = {};
  expect((await client.get(ConfigMap, "a", "n"))?.metadata?.labels).toEqual({ of: "us", more: "yes" });
  expect(asked).toEqual([]);
});

test("an object that is not in memory is asked of the server, and any on purpose", async () => {
  const { client, asked, brings } = reading();
  await client.get(ConfigMap, "a", "n");
  brings("ADDED", configMap("a", "11"));
  await client.get(ConfigMap, "a", "n", { live: true });
  await client.list(ConfigMap, { live: true });
  expect(asked).toEqual(["get a", "get a", "list"]);
});

test("what was not seen is absent for who asks what was seen, and nobody else", async () => {
  const { client, asked, brings } = reading();
  brings("ADDED", configMap("a", "11"));
  brings("ADDED", configMap("b", "12"));
  expect((await seen(client, ConfigMap, "a", "n"))?.metadata?.name).toBe("a");
  expect(await seen(client, ConfigMap, "c", "n")).toBeUndefined();
  expect(asked).toEqual([]);
});

test("memory is not read before the first list, and not where the kind is not served or cannot be followed", async () => {
  const { asked, watch, names, brings, versionOf } = reading({ listed: "" });
  brings("ADDED", configMap("a", "9"));
  await names();
  await versionOf("a");
  expect(asked.splice(0)).toEqual(["list", "get a"]);
  watch.listed?.("10");
  expect(await names()).toEqual(["a"]);
  watch.onError?.(new Error("forbidden"));
  await names();
  expect(asked.splice(0)).toEqual(["list"]);
  watch.recovered?.();
  expect(await names()).toEqual(["a"]);
  watch.listed?.(undefined);
  watch.recovered?.();
  await names();
  await versionOf("a");
  expect(asked).toEqual(["list", "get a"]);
});

test("what was written is read back before the watch brings it, and older news does not take it away", async () => {
  const { client, asked, answers, brings, names, versionOf } = reading();
  brings("ADDED", configMap("a", "11"));
  answers(configMap("a", "14"));
  await client.patch(ConfigMap, "a", "n", {});
  answers(configMap("new", "15"));
  await client.create(configMap("new", ""));
  expect(await names()).toEqual(["a", "new"]);
  brings("MODIFIED", configMap("a", "13"));
  expect(await versionOf("a")).toBe("14");
  expect(await versionOf("new")).toBe("15");
  brings("MODIFIED", configMap("a", "16"));
  expect(await versionOf("a")).toBe("16");
  expect(asked).toEqual([]);
});

test("what was written and is gone by then is not brought back", async () => {
  const { client, answers, brings, names, watch } = reading();
  brings("DELETED", configMap("quick", "13"));
  answers(configMap("quick", "12"));
  await client.create(configMap("quick", ""));
  expect(await names()).toEqual([]);
  answers(configMap("later", "14"));
  await client.create(configMap("later", ""));
  expect(await names()).toEqual(["later"]);
  brings("DELETED", configMap("later", "15"));
  expect(await names()).toEqual([]);
  answers(configMap("between", "16"));
  await client.create(configMap("between", ""));
  // A list that was made after the write and has it not.
  watch.listed?.("17");
  expect(await names()).toEqual([]);
});

test("of what was deleted only the server knows whether it is there until the watch tells", async () => {
  const { client, asked, brings, names, versionOf } = reading();
  brings("ADDED", configMap("a", "11"));
  brings("ADDED", configMap("b", "12"));
  await client.delete(ConfigMap, "a", "n");
  await names();
  await versionOf("a");
  expect(asked.splice(0)).toEqual(["list", "get a"]);
  // It is one of before the deletion.
  brings("MODIFIED", configMap("a", "13"));
  await versionOf("a");
  expect(asked.splice(0)).toEqual(["get a"]);
  brings("DELETED", configMap("a", "14"));
  expect(await names()).toEqual(["b"]);
  await client.delete(ConfigMap, "b", "n");
  brings("MODIFIED", configMap("b", "15", { deletionTimestamp: "2026-01-01T00:00:00Z" }));
  expect(await names()).toEqual(["b"]);
  expect(asked).toEqual([]);
});

test("a list that was under way while an object was deleted does not bring it back", async () => {
  const { client, asked, brings, watch, names, versionOf } = reading();
  brings("ADDED", configMap("a", "11"));
  await client.delete(ConfigMap, "a", "n");
  // Made before the deletion, and without anything new.
  watch.listed?.("20");
  await names();
  await versionOf("a");
  expect(asked.splice(0)).toEqual(["list", "get a"]);
  // One that was asked for after the deletion, and has the object still.
  watch.listed?.("22");
  expect(await names()).toEqual(["a"]);
  expect(asked).toEqual([]);
});

test("when the server's versions begin anew, nothing that was written before counts", async () => {
  const { client, answers, brings, watch, versionOf } = reading();
  brings("ADDED", configMap("a", "11"));
  answers(configMap("a", "900"));
  await client.patch(ConfigMap, "a", "n", {});
  watch.startsOver?.();
  brings("MODIFIED", configMap("a", "5"));
  watch.listed?.("6");
  expect(await versionOf("a")).toBe("5");
});

test("a list is read from memory only where all that it asks for is followed", async () => {
  const { asked, brings, names, versionOf } = reading({ scope: { namespace: "n", labels: { of: "us" } } });
  brings("ADDED", configMap("a", "11", { labels: { of: "us" } }));
  expect(await names({ namespace: "n", labels: { of: "us" } })).toEqual(["a"]);
  expect(await versionOf("a")).toBe("11");
  expect(asked).toEqual([]);
  await names({ namespace: "n" });
  await names({ labels: { of: "us" } });
  await names({ namespace: "n", labels: { of: "us" }, fields: { "data.a": "b" } });
  expect(asked).toEqual(["list", "list", "list"]);
});

test("where only a part is kept, lists that ask for that part are read from memory", async () => {
  const pick = ({ metadata }: ConfigMap): ConfigMap => ({ metadata });
  const { client, asked, brings } = reading({ pick });
  brings("ADDED", pick(configMap("a", "11")));
  expect(await client.list(ConfigMap, { pick })).toEqual([pick(configMap("a", "11"))]);
  expect(asked).toEqual([]);
  await client.list(ConfigMap, { pick: ({ metadata, data }) => ({ metadata, data }) });
  await client.list(ConfigMap);
  await client.get(ConfigMap, "a", "n");
  expect(asked).toEqual(["list", "list", "get a"]);
});

test("what all have that are followed need not be picked to be asked for", async () => {
  const pick = ({ metadata }: ConfigMap): ConfigMap => ({ metadata: { name: metadata?.name } });
  const { client, asked, brings } = reading({ pick, scope: { labels: { of: "us" } } });
  brings("ADDED", pick(configMap("a", "11", { labels: { of: "us" } })));
  expect(await client.list(ConfigMap, { pick, labels: { of: "us" } })).toEqual([{ metadata: { name: "a" } }]);
  expect(await client.list(ConfigMap, { pick, labels: { of: "us", more: "yes" } })).toEqual([]);
  expect(asked).toEqual([]);
});

/** One pass after the other that apply the same ConfigMap, with the memory between them. */
function applying() {
  const { client, informers, ...rest } = reading();
  const applied: Applied = new Map();
  const options = { kind: ConfigMap, fieldManager: "test", applied, watched: informers };
  return { ...rest, client, pass: () => owningKube(client, options).apply(configMap("a", "")) };
}

test("what was applied is applied again where more than its status changed", async () => {
  const { asked, answers, brings, pass } = applying();
  answers(configMap("a", "11"));
  await pass();
  brings("ADDED", configMap("a", "11"));
  const withStatus = { ...configMap("a", "12"), status: { isReady: true } };
  brings("MODIFIED", structuredClone(withStatus));
  expect(await pass()).toEqual(withStatus);
  expect(asked).toEqual(["apply"]);
  brings("MODIFIED", { ...withStatus, ...configMap("a", "13"), data: { by: "somebody" } } as ConfigMap);
  await pass();
  expect(asked).toEqual(["apply", "apply"]);
});

test("what was applied is not applied again to say which object is meant, but to another of its name", async () => {
  const { client, informers, asked, answers, brings } = reading();
  const applied: Applied = new Map();
  const options = { kind: ConfigMap, fieldManager: "test", applied, watched: informers };
  const pass = (uid?: string) => owningKube(client, options).apply(configMap("a", "", { uid }));
  answers(configMap("a", "11", { uid: "1" }));
  await pass();
  brings("ADDED", configMap("a", "11", { uid: "1" }));
  await pass("1");
  expect(asked).toEqual(["apply"]);
  await pass("2");
  expect(asked).toEqual(["apply", "apply"]);
});

test("what was applied stays as it is where others put labels and annotations there, and not where they change ours", async () => {
  const { asked, answers, brings, pass } = applying();
  const applied = configMap("a", "11", { labels: { of: "us" }, annotations: { by: "us" }, generation: 1 });
  answers(applied);
  await pass();
  brings("ADDED", structuredClone(applied));
  const annotations = { by: "us", revision: "1" };
  const labels = { of: "us", and: "them" };
  brings("MODIFIED", configMap("a", "12", { labels, annotations, finalizers: ["theirs"], generation: 2 }));
  expect((await pass()).metadata?.annotations).toEqual(annotations);
  expect(asked).toEqual(["apply"]);
  brings("MODIFIED", configMap("a", "13", { labels: { of: "us" }, annotations: { by: "them" } }));
  await pass();
  expect(asked).toEqual(["apply", "apply"]);
  answers(configMap("a", "14", applied.metadata));
  await pass();
  brings("MODIFIED", configMap("a", "15", { annotations }));
  await pass();
  expect(asked).toEqual(["apply", "apply", "apply", "apply"]);
});

test("what was applied and is deleted is applied again, also before the watch tells of that", async () => {
  const { client, asked, answers, brings, pass } = applying();
  answers(configMap("a", "11"));
  await pass();
  brings("ADDED", configMap("a", "11"));
  await client.delete(ConfigMap, "a", "n");
  await pass();
  expect(asked).toEqual(["apply", "apply"]);
});

const large = (name: string, resourceVersion: string, characters = 70_000): ConfigMap => ({
  ...configMap(name, resourceVersion, { labels: { of: "us" } }),
  data: { text: "x".repeat(characters) },
});

test("what is too large for memory that is bounded is read from the server, and so are lists that may contain it", async () => {
  const { asked, brings, names, versionOf, informer } = reading({ keep: "bounded" });
  const told: (ConfigMap | undefined)[] = [];
  informer.onChange((_, object) => told.push(object));
  brings("ADDED", configMap("a", "11"));
  brings("ADDED", large("b", "12"));
  brings("ADDED", configMap("c", "13", { namespace: "other" }));
  // Who is concerned is seen from its metadata.
  expect(told[1]).toEqual(configMap("b", "12", { labels: { of: "us" } }));
  expect(informer.list().map(({ metadata }) => metadata?.name)).toEqual(["a", "c"]);
  expect([await versionOf("a"), await names({ namespace: "other" }), asked]).toEqual(["11", ["c"], []]);
  await versionOf("b");
  await names({ namespace: "n" });
  await names();
  expect(asked.splice(0)).toEqual(["get b", "list", "list"]);
  brings("MODIFIED", configMap("b", "14"));
  expect([await versionOf("b"), await names({ namespace: "n" }), asked]).toEqual(["14", ["a", "b"], []]);
  brings("MODIFIED", large("b", "15"));
  await versionOf("b");
  brings("DELETED", large("b", "16"));
  expect([await names({ namespace: "n" }), asked]).toEqual([["a"], ["get b"]]);
});

test("of what is too large no labels and annotations are told where these are large as well", () => {
  const { brings, informer } = reading({ keep: "bounded" });
  const told: (ConfigMap | undefined)[] = [];
  informer.onChange((_, object) => told.push(object));
  brings("ADDED", configMap("a", "11", { annotations: { text: "x".repeat(70_000) } }));
  expect(told).toEqual([configMap("a", "11")]);
});

test("all kinds together keep no more than there is room for, and what goes makes room", async () => {
  const { brings, informer, informers, versionOf, asked } = reading({ keep: "bounded" });
  const most = (16 * 1024 * 1024) / 60_000;
  for (let i = 0; i < 400; i++) brings("ADDED", large(`each-${i}`, `${100 + i}`, 60_000));
  const { length } = informer.list();
  expect(length).toBeLessThanOrEqual(most);
  expect(length).toBeGreaterThan(most - 10);
  await versionOf("each-399");
  expect(asked).toEqual(["get each-399"]);
  // The same again takes no more room, and what changes keeps it.
  for (let i = 0; i < 400; i++) brings("MODIFIED", large(`each-${i}`, `${600 + i}`, 60_000));
  expect(informer.list().length).toBe(length);
  brings("DELETED", large("each-0", "1001", 60_000));
  brings("MODIFIED", large("each-399", "1002", 60_000));
  expect([await versionOf("each-399"), asked.length, informer.list().length]).toEqual(["1002", 1, length]);
  expect(informers.of(ConfigMap, { keep: true })).not.toBe(informer);
});
