import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiServer, startApiServer } from "../testing/api-server.ts";
import { sharedApiServer } from "../testing/shared-api-server.ts";
import { watches } from "./controller.ts";
import { ConfigMap } from "./kinds.ts";
import { noLog } from "./log.ts";
import { runControllers } from "./run-controllers.ts";
import { waitFor } from "./wait-for.ts";

// Its own server: this one is killed.
let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server?.stop());

const configMap = (name: string): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
});

test("watches and controllers go on after the API server was away", async () => {
  const { kube } = server;
  const stop = new AbortController();
  const events: string[] = [];
  let synced = 0;
  const watching = kube.watch(ConfigMap, {
    namespace: "default",
    fields: { "metadata.namespace": "default" },
    signal: stop.signal,
    synced: () => synced++,
    onEvent: ({ type, object }) => events.push(`${type} ${object.metadata?.name}`),
  });
  const reconciled = new Set<string>();
  const running = runControllers(
    [
      {
        name: "resume",
        kind: ConfigMap,
        namespace: "default",
        reconcile: async (object: ConfigMap, context) => {
          await context.kube.patch(ConfigMap, object.metadata?.name ?? "", "default", { data: { seen: "yes" } });
          reconciled.add(object.metadata?.name ?? "");
        },
      },
    ],
    { kube, log: noLog, signal: stop.signal },
  );
  await kube.create(configMap("before"));
  await waitFor(kube, ConfigMap, "before", ({ data }) => data?.seen === "yes", { namespace: "default" });
  await server.kill();
  await expect(kube.get(ConfigMap, "before", "default")).rejects.toThrow(
    `The API server ${server.server} does not answer: connection refused`,
  );
  await server.start();
  await kube.create(configMap("after"));
  await waitFor(kube, ConfigMap, "after", ({ data }) => data?.seen === "yes", { namespace: "default" });
  await kube.delete(ConfigMap, "before", "default");
  await expect.poll(() => events.filter((event) => event.startsWith("DELETED"))).toEqual(["DELETED before"]);
  expect(events.filter((event) => event.startsWith("ADDED"))).toEqual(["ADDED before", "ADDED after"]);
  expect(synced).toBe(1);
  stop.abort();
  await Promise.all([watching, running]);
});

test("while one API server is away the work on another goes on, and what the first says later is heard", async () => {
  const { kube: away } = server;
  const { kube, namespace } = await sharedApiServer("beside");
  const stop = new AbortController();
  const seen: string[] = [];
  const running = runControllers(
    [
      {
        name: "beside",
        kind: ConfigMap,
        namespace,
        watches: [watches({ kube: away, kind: ConfigMap, namespace: "kube-system", keysOf: () => undefined })],
        reconcile: async (object: ConfigMap, context) => {
          const said = await away.get(ConfigMap, "said", "kube-system").catch(() => undefined);
          seen.push(said?.data?.word ?? "nothing");
          await context.kube.patch(ConfigMap, object.metadata?.name ?? "", namespace, { data: { seen: "yes" } });
        },
      },
    ],
    { kube, log: noLog, signal: stop.signal },
  );
  const made = (name: string) => kube.create({ ...configMap(name), metadata: { name, namespace } });
  const isSeen = (name: string) => waitFor(kube, ConfigMap, name, ({ data }) => data?.seen === "yes", { namespace });
  await made("before");
  await isSeen("before");
  await server.kill();
  await made("meanwhile");
  await isSeen("meanwhile");
  await server.start();
  await away.create({
    ...configMap("said"),
    metadata: { name: "said", namespace: "kube-system" },
    data: { word: "later" },
  });
  await expect.poll(() => seen.at(-1), { timeout: 50_000 }).toBe("later");
  stop.abort();
  await running;
  kube.close();
}, 120_000);

test("watches and controllers see what a restore from a backup brought back, though its versions are lower", async () => {
  const { kube } = server;
  const namespace = "kube-public";
  const stop = new AbortController();
  const events: string[] = [];
  const watching = kube.watch(ConfigMap, {
    namespace,
    fields: { "metadata.namespace": namespace },
    signal: stop.signal,
    startsOver: () => events.push("starts over"),
    onEvent: ({ type, object }) => events.push(`${type} ${object.metadata?.name} ${object.data?.of ?? ""}`.trim()),
  });
  const owner = { ...configMap("owner"), metadata: { name: "owner", namespace } };
  const owned = { ...configMap("owned"), metadata: { name: "owned", namespace }, data: { of: "today" } };
  const running = runControllers(
    [
      {
        name: "restored",
        kind: ConfigMap,
        namespace,
        owns: [ConfigMap],
        reconcile: async (object: ConfigMap, context) => {
          if (object.metadata?.name === "owner" && object.data?.of === "today") await context.kube.apply(owned);
        },
      },
    ],
    { kube, log: noLog, signal: stop.signal },
  );
  await kube.create({ ...owner, data: { of: "yesterday" } });
  await kube.create({ ...owned, data: { of: "yesterday" } });
  const restore = await server.backup();
  await kube.patch(ConfigMap, "owner", namespace, { data: { of: "today" } });
  await waitFor(kube, ConfigMap, "owned", ({ data }) => data?.of === "today", { namespace });
  await kube.create({ ...configMap("later"), metadata: { name: "later", namespace } });
  for (let count = 0; count < 50; count++)
    await kube.patch(ConfigMap, "later", namespace, { data: { of: `${count}` } });
  await expect.poll(() => events.at(-1), { timeout: 30_000 }).toBe("MODIFIED later 49");
  events.length = 0;
  await restore();
  await expect.poll(() => events, { timeout: 50_000 }).toContain("DELETED later");
  // What is owned may be put right before it is seen.
  const unowned = events.filter((event) => !event.includes("owned"));
  expect(unowned).toEqual(["starts over", "MODIFIED owner yesterday", "DELETED later"]);
  // What was applied before the restore is no memory of what is there now.
  await kube.patch(ConfigMap, "owner", namespace, { data: { of: "today" } });
  await waitFor(kube, ConfigMap, "owned", ({ data }) => data?.of === "today", { namespace });
  stop.abort();
  await Promise.all([watching, running]);
}, 180_000);

test("a server that accepts the connection but never answers does not hang a request", async () => {
  const { createServer } = await import("node:net");
  const { createKube } = await import("./create-kube.ts");
  const silent = createServer(() => {});
  const port = await new Promise<number>((resolve) =>
    silent.listen(0, "127.0.0.1", () => resolve((silent.address() as { port: number }).port)),
  );
  const kube = await createKube({
    connection: { server: `http://127.0.0.1:${port}`, credentials: () => ({}) },
  });
  const signal = AbortSignal.timeout(200);
  await expect(kube.request("GET", "/readyz", { signal })).rejects.toMatchObject({ name: "TimeoutError" });
  silent.close();
});
