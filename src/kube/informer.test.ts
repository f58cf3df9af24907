import { expect, test } from "vitest";
import { Informers, type Scope } from "./informer.ts";
import { ConfigMap } from "./kinds.ts";
import type { Kube, WatchOptions } from "./kube.ts";
import { type Applied, owningKube } from "./owning-kube.ts";

/** An informer of ConfigMaps whose server says what the test wants, and what its listeners were told. */
function followed() {
  let server: WatchOptions<ConfigMap> | undefined;
  const kube = {
    server: "https://test",
    watch: async (_: unknown, options: WatchOptions<ConfigMap>) => {
      server = options;
    },
  } as unknown as Kube;
  const informers = new Informers(kube, new AbortController().signal);
  const informer = informers.of(ConfigMap, { keep: true });
  const told: string[] = [];
  informer.onChange((key, object) => told.push(`${key} ${object?.metadata?.resourceVersion ?? "gone"}`));
  informers.start();
  if (!server) throw new Error("The informer follows nothing");
  return { informers, informer, told, server };
}

const configMap = (resourceVersion: string, data: Record<string, string> = {}): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "n", resourceVersion },
  data,
});

test("what is older than the answer to a write is no news, and what is newer is", () => {
  const { informer, told, server } = followed();
  server.onEvent({ type: "ADDED", object: configMap("9") });
  informer.put(configMap("11"), () => {});
  server.onEvent({ type: "MODIFIED", object: configMap("10") });
  expect(informer.get("n/a")?.metadata?.resourceVersion).toBe("11");
  server.onEvent({ type: "MODIFIED", object: configMap("11") });
  server.onEvent({ type: "MODIFIED", object: configMap("100") });
  informer.put(configMap("99"), () => {});
  expect(informer.get("n/a")?.metadata?.resourceVersion).toBe("100");
  expect(told).toEqual(["n/a 9", "n/a 11", "n/a 100"]);
});

test("the answer to a write does not bring back what is gone by then", () => {
  const { informer, told, server } = followed();
  server.onEvent({ type: "ADDED", object: configMap("9") });
  server.onEvent({ type: "DELETED", object: configMap("11") });
  informer.put(configMap("10"), () => {});
  expect(informer.list()).toEqual([]);
  expect(told).toEqual(["n/a 9", "n/a gone"]);
});

test("when the server's versions begin anew, lower ones are news", () => {
  const { informer, told, server } = followed();
  server.onEvent({ type: "ADDED", object: configMap("900") });
  server.startsOver?.();
  server.onEvent({ type: "MODIFIED", object: configMap("30") });
  expect(informer.get("n/a")?.metadata?.resourceVersion).toBe("30");
  expect(told).toEqual(["n/a 900", "n/a 30"]);
});

test("what was applied is applied again when the server's versions begin anew, even where they look the same", async () => {
  const { informers, server } = followed();
  let applies = 0;
  const kube = {
    server: "https://test",
    apply: async (object: ConfigMap) => {
      applies++;
      return { ...object, ...configMap("7") };
    },
  };
  const applied: Applied = new Map();
  const pass = () =>
    owningKube(kube as unknown as Kube, { kind: ConfigMap, fieldManager: "test", applied, watched: informers }).apply(
      configMap("", { a: "1" }),
    );
  await pass();
  server.onEvent({ type: "ADDED", object: configMap("7", { a: "1" }) });
  await pass();
  expect(applies).toBe(1);
  server.startsOver?.();
  // Another object than the one that was applied, from the days of the backup.
  server.onEvent({ type: "MODIFIED", object: configMap("7", { a: "0" }) });
  await pass();
  expect(applies).toBe(2);
});

test("an object is known to be unchanged only where every watch of it has seen the same", () => {
  const servers: WatchOptions<ConfigMap>[] = [];
  const kube = {
    server: "https://test",
    watch: async (_: unknown, options: WatchOptions<ConfigMap>) => servers.push(options),
  } as unknown as Kube;
  const informers = new Informers(kube, new AbortController().signal);
  const scopes: Scope[] = [
    { labels: { a: "1" } },
    {},
    { namespace: "n" },
    { labels: { b: "2" } },
    { namespace: "other" },
  ];
  for (const scope of scopes) informers.of(ConfigMap, scope);
  informers.start();
  const [labelled, all, inNamespace] = servers;
  for (const server of [labelled, all]) server?.onEvent({ type: "ADDED", object: configMap("7") });
  expect(informers.version(configMap(""))).toBeUndefined();
  inNamespace?.onEvent({ type: "ADDED", object: configMap("7") });
  expect(informers.version(configMap(""))).toBe("7");
  all?.onEvent({ type: "MODIFIED", object: configMap("8") });
  expect(informers.version(configMap(""))).toBeUndefined();
  for (const server of [labelled, inNamespace]) server?.onEvent({ type: "MODIFIED", object: configMap("8") });
  expect(informers.version(configMap(""))).toBe("8");
  all?.onEvent({ type: "DELETED", object: configMap("9") });
  expect(informers.version(configMap(""))).toBeUndefined();
});

test("what is picked is all that is asked for and kept, and who picks otherwise has a watch of their own", () => {
  const watched: WatchOptions<ConfigMap>[] = [];
  const kube = {
    server: "https://test",
    watch: async (_: unknown, options: WatchOptions<ConfigMap>) => watched.push(options),
  } as unknown as Kube;
  const informers = new Informers(kube, new AbortController().signal);
  const pick = ({ metadata }: ConfigMap): ConfigMap => ({ metadata });
  const informer = informers.of(ConfigMap, { keep: true, pick });
  expect(informers.of(ConfigMap, { pick })).toBe(informer);
  expect(informers.of(ConfigMap)).not.toBe(informer);
  informers.start();
  expect(watched.map((options) => options.pick)).toEqual([pick, undefined]);
});

test("who comes later gets to know all that is known, or a watch of their own", () => {
  const { informers, server } = followed();
  server.onEvent({ type: "ADDED", object: configMap("7") });
  const told: string[] = [];
  informers.of(ConfigMap).onChange((key) => told.push(key));
  expect(told).toEqual(["n/a"]);
  const bare = informers.of(ConfigMap, { namespace: "n", metadataOnly: true });
  informers.start();
  // Keeps nothing that it could tell of.
  expect(informers.of(ConfigMap, { namespace: "n", metadataOnly: true })).not.toBe(bare);
});
