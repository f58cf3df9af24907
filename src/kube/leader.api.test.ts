import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type HangingProxy, hangingProxy } from "../testing/hanging-proxy.ts";
import { type SharedApiServer, sharedApiServer } from "../testing/shared-api-server.ts";
import { boundedKube } from "./bounded-kube.ts";
import { createKube } from "./create-kube.ts";
import { Health } from "./health.ts";
import { ConfigMap, Lease } from "./kinds.ts";
import type { Kube } from "./kube.ts";
import { type Leadership, LeaseLost, lead } from "./leader.ts";
import { noLog } from "./log.ts";

let server: SharedApiServer;
let kube: Kube;
let namespace: string;
const started: { close: () => void }[] = [];
beforeAll(async () => {
  server = await sharedApiServer("leader");
  ({ kube, namespace } = server);
});
afterEach(() => {
  for (const one of started.splice(0)) one.close();
});
afterAll(() => kube?.close());

/** A request has a sixth of it: so long a busy machine may take. */
const leaseMs = 6_000;

/** Somebody who wants to lead; tells when the work began, and by what it goes. */
function candidate(name: string, identity: string, options: { leaseMs?: number; kube?: Kube; health?: Health } = {}) {
  const stop = new AbortController();
  let began = (_: Leadership) => {};
  const leading = new Promise<Leadership>((resolve) => {
    began = resolve;
  });
  const ended = lead(
    { kube, log: noLog, signal: stop.signal, namespace, name, identity, leaseMs, ...options },
    (leadership) =>
      new Promise((resolve) => {
        began(leadership);
        leadership.signal.addEventListener("abort", () => resolve());
      }),
  );
  ended.catch(() => {});
  return { leading, ended, stop: () => stop.abort() };
}

/** A client whose server can be made to hang. */
async function hangingKube(): Promise<{ kube: Kube; proxy: HangingProxy }> {
  const config = JSON.parse(server.kubeconfig);
  const proxy = await hangingProxy(config.clusters[0].cluster.server);
  config.clusters[0].cluster.server = proxy.url;
  const through = await createKube({ kubeconfig: JSON.stringify(config) });
  started.push(through, proxy);
  return { kube: through, proxy };
}

const holder = async (name: string) => (await kube.get(Lease, name, namespace))?.spec?.holderIdentity;

test("one leads, and the next follows at once when it steps back", async () => {
  // Longer than the test: nobody waits for a lease that was given back.
  const first = candidate("steps-back", "first", { leaseMs: 600_000 });
  await first.leading;
  const second = candidate("steps-back", "second", { leaseMs: 600_000 });
  expect(await holder("steps-back")).toBe("first");
  first.stop();
  await first.ended;
  await second.leading;
  expect(await holder("steps-back")).toBe("second");
  second.stop();
  await second.ended;
  expect((await kube.get(Lease, "steps-back", namespace))?.spec?.leaseTransitions).toBe(1);
});

test("a leader that says nothing more is followed by another", async () => {
  await kube.create<Lease>({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "silent", namespace },
    spec: { holderIdentity: "dead", leaseDurationSeconds: 1, renewTime: "2026-01-01T00:00:00.000000Z" } as never,
  });
  const heir = candidate("silent", "heir");
  await heir.leading;
  heir.stop();
  await heir.ended;
});

test("a leader whose lease is taken away stops its work and says so", async () => {
  const robbed = candidate("robbed", "robbed");
  await robbed.leading;
  await kube.patch(Lease, "robbed", namespace, { spec: { holderIdentity: "robber" } });
  await expect(robbed.ended).rejects.toThrow(`Lost the lease ${namespace}/robbed: it is robber's now`);
  expect((await robbed.leading).admit()).toBeInstanceOf(LeaseLost);
});

test("who never gets to lead ends quietly", async () => {
  const first = candidate("patient", "first");
  await first.leading;
  const second = candidate("patient", "second");
  second.stop();
  await second.ended;
  first.stop();
  await first.ended;
});

test("a leader keeps its lease for longer than one that says nothing", async () => {
  const first = candidate("kept", "first");
  const { admit } = await first.leading;
  const second = candidate("kept", "second");
  const renewed = new Set<string | undefined>();
  const renewals = async () => renewed.add((await kube.get(Lease, "kept", namespace))?.spec?.renewTime).size;
  // Four a lease.
  await expect.poll(renewals, { timeout: 60_000 }).toBeGreaterThan(5);
  expect([await holder("kept"), admit()]).toEqual(["first", undefined]);
  first.stop();
  second.stop();
});

test("a process that is started anew under its name leads at once", async () => {
  await kube.create<Lease>({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "again", namespace },
    spec: { holderIdentity: "me", leaseDurationSeconds: 600, renewTime: "2026-01-01T00:00:00.000000Z" } as never,
  });
  const me = candidate("again", "me", { leaseMs: 600_000 });
  await me.leading;
  me.stop();
});

test("a leader whose API server hangs may not write any more before another may, and ends without waiting", async () => {
  const { kube: through, proxy } = await hangingKube();
  const stop = new AbortController();
  let admit: Leadership["admit"] | undefined;
  const health = new Health();
  const names = { kube: through, log: noLog, signal: stop.signal, namespace, name: "hanging", leaseMs, health };
  let began = () => {};
  const leading = new Promise<void>((resolve) => {
    began = resolve;
  });
  // Its work does not end, as it may be where the server hangs.
  const ended = lead({ ...names, identity: "first" }, (leadership) => {
    admit = leadership.admit;
    began();
    return new Promise(() => {});
  });
  ended.catch(() => {});
  await leading;
  expect(admit?.()).toBeUndefined();
  proxy.hang();
  const second = candidate("hanging", "second");
  await second.leading;
  expect(admit?.()).toBeInstanceOf(LeaseLost);
  await expect(ended).rejects.toThrow(/^Lost the lease .*\/hanging: it was not renewed in time/);
  const bounded = boundedKube(kube, { admit });
  const written = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "late", namespace } } as ConfigMap;
  await kube.create({ ...written, metadata: { name: "there", namespace } });
  const writes = [
    () => bounded.apply(written),
    () => bounded.create(written),
    () => bounded.replace(written),
    () => bounded.patch(ConfigMap, "there", namespace, { data: { late: "yes" } }),
    () => bounded.delete(ConfigMap, "there", namespace),
    () => bounded.request("DELETE", `/api/v1/namespaces/${namespace}/configmaps/there`),
  ];
  for (const write of writes) await expect(write()).rejects.toBeInstanceOf(LeaseLost);
  expect((await bounded.get(ConfigMap, "there", namespace))?.data).toBeUndefined();
  expect((await bounded.request("GET", "/version")).status).toBe(200);
  second.stop();
});

test("a process that stood still while another took its lease writes nothing when it wakes, and ends", async () => {
  const program = new URL("../testing/leading-process.ts", import.meta.url).pathname;
  const given = JSON.stringify({ kubeconfig: server.kubeconfig, namespace, name: "stopped", leaseMs });
  const child = spawn(process.execPath, [program, given], { stdio: ["ignore", "pipe", "inherit"] });
  started.push({ close: () => child.kill("SIGKILL") });
  await once(child.stdout, "data");
  const heir = candidate("stopped", "heir");
  await heir.leading;
  const count = async () => (await kube.get(ConfigMap, "stopped", namespace))?.metadata?.resourceVersion;
  const before = await count();
  expect((await kube.get(ConfigMap, "stopped", namespace))?.data?.count).toBe("9");
  child.kill("SIGCONT");
  const [status] = await once(child, "exit");
  expect([status, await count()]).toEqual([1, before]);
  expect(await holder("stopped")).toBe("heir");
  heir.stop();
});

test("who waits to lead is alive and ready, and who was never told is not ready", async () => {
  const { kube: through, proxy } = await hangingKube();
  proxy.hang();
  const lonely = new Health();
  const alone = candidate("standby", "lonely", { kube: through, health: lonely });
  const says = (checks: Health["ready"]) => [...checks].flatMap((check) => check() ?? []);
  expect(says(lonely.ready)).toEqual([`Waiting for the API server to say who holds the lease ${namespace}/standby`]);
  expect(says(lonely.alive)).toEqual([]);
  const first = candidate("standby", "first", { leaseMs: 600_000 });
  await first.leading;
  const health = new Health();
  const second = candidate("standby", "second", { leaseMs: 600_000, health });
  await expect.poll(() => says(health.ready)).toEqual([]);
  expect(says(health.alive)).toEqual([]);
  for (const one of [alone, first, second]) one.stop();
});
