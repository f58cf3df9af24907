import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ConfigMap, Service } from "../../kube/kinds.ts";
import type { Kube, WatchOptions } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import type { DnsRecord } from "./dns-record.ts";
import { keepRecords } from "./keep-records.ts";

const record: DnsRecord = "named.example.test 192.0.2.1";
const service: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "named", annotations: { "external-dns.alpha.kubernetes.io/hostname": "named.example.test" } },
  spec: { type: "LoadBalancer" },
  status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } },
};

const zone = new Set<DnsRecord>();
let failure: string | undefined;
let updates = 0;
let logged: string[] = [];
let stop: AbortController;
let running: Promise<void>;

beforeEach(() => {
  vi.useFakeTimers();
  zone.clear();
  failure = undefined;
  updates = 0;
  logged = [];
  stop = new AbortController();
  const memory: ConfigMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "records" } };
  const kube = {
    watch: async (_: unknown, { onEvent, synced }: WatchOptions<Service>) => {
      onEvent({ type: "ADDED", object: service });
      synced?.();
    },
    get: async () => memory,
    patch: async (...[, , , { data }]: [unknown, unknown, unknown, ConfigMap]) => Object.assign(memory, { data }),
  } as unknown as Kube;
  const error = (fields: object) => void logged.push((fields as { error: Error }).error.message);
  running = keepRecords({
    kube,
    log: { ...noLog, error },
    signal: stop.signal,
    memory: { name: "records", namespace: "default" },
    domain: "example.test",
    update: async ({ add }) => {
      updates++;
      if (failure) throw new Error(failure);
      for (const each of add) zone.add(each);
    },
  });
});
afterEach(async () => {
  stop.abort();
  await running;
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("records that the DNS server lost come back, though no Service changes", async () => {
  await vi.advanceTimersByTimeAsync(1000);
  expect([...zone]).toEqual([record]);
  zone.clear();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([...zone]).toEqual([record]);
});

test("a DNS server that refuses is asked ever less often, and logged once per reason", async () => {
  failure = "REFUSED";
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(logged).toEqual(["REFUSED"]);
  expect(updates).toBeGreaterThan(15);
  expect(updates).toBeLessThan(30);
  failure = "NOTZONE";
  await vi.advanceTimersByTimeAsync(31_000);
  expect(logged).toEqual(["REFUSED", "NOTZONE"]);
  failure = undefined;
  await vi.advanceTimersByTimeAsync(31_000);
  expect([...zone]).toEqual([record]);
});

test("the same reason is logged again once the DNS server took a change in between", async () => {
  failure = "REFUSED";
  await vi.advanceTimersByTimeAsync(60_000);
  failure = undefined;
  await vi.advanceTimersByTimeAsync(31_000);
  failure = "REFUSED";
  await vi.advanceTimersByTimeAsync(60_000);
  expect(logged).toEqual(["REFUSED", "REFUSED"]);
});
