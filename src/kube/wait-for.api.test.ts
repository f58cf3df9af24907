import { afterAll, beforeAll, expect, test } from "vitest";
import { sharedApiServer } from "../testing/shared-api-server.ts";
import { recordEvent } from "./events.ts";
import { kind } from "./kind.ts";
import { ConfigMap, Event } from "./kinds.ts";
import type { Kube } from "./kube.ts";
import { noLog } from "./log.ts";
import { waitFor, waitForGone } from "./wait-for.ts";

let kube: Kube;
let namespace: string;
beforeAll(async () => {
  ({ kube, namespace } = await sharedApiServer("wait"));
});
afterAll(() => kube?.close());

const configMap = (name: string): ConfigMap => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } });

test("waits for an object to come, to change, and to go", async () => {
  const coming = waitFor(kube, ConfigMap, "one", () => true, { namespace });
  await kube.create(configMap("one"));
  expect((await coming).metadata?.name).toBe("one");
  const changing = waitFor(kube, ConfigMap, "one", ({ data }) => data?.a === "1", { namespace });
  await kube.patch(ConfigMap, "one", namespace, { data: { a: "1" } });
  await changing;
  const going = waitForGone(kube, ConfigMap, "one", { namespace });
  await kube.delete(ConfigMap, "one", namespace);
  await going;
  await waitForGone(kube, ConfigMap, "one", { namespace });
  await waitForGone(kube, kind("nobody.example/v1", "Thing", "things"), "one", { namespace });
});

test("says what it saw last when the time is over", async () => {
  await expect(waitFor(kube, ConfigMap, "none", () => true, { namespace, timeoutMs: 200 })).rejects.toThrow(
    `Waited 0.2 s for ConfigMap ${namespace}/none to get there: there is none of that name`,
  );
  await kube.create(configMap("two"));
  await expect(
    waitFor(kube, ConfigMap, "two", () => false, {
      namespace,
      // Long enough to see it.
      timeoutMs: 5_000,
      what: "have data",
      describe: (object) => `it is ${object?.metadata?.name}`,
    }),
  ).rejects.toThrow(`Waited 5 s for ConfigMap ${namespace}/two to have data: it is two`);
});

test("stops waiting when the signal aborts", async () => {
  const stop = new AbortController();
  const waiting = waitFor(kube, ConfigMap, "never", () => true, { namespace, signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
});

test("the same happening is one event that is counted", async () => {
  const about = await kube.create(configMap("eventful"));
  const options = { kube, log: noLog, component: "tester" };
  const happening = { type: "Warning", reason: "Odd", message: "Something is odd" } as const;
  await recordEvent(options, about, happening);
  await recordEvent(options, about, happening);
  await recordEvent(options, about, { ...happening, message: "Something else is odd" });
  const events = await kube.list(Event, { namespace, fields: { "involvedObject.name": "eventful" } });
  expect(events.map(({ message, count }) => `${message} ${count}`).sort()).toEqual([
    "Something else is odd 1",
    "Something is odd 2",
  ]);
});
