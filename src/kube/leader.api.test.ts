import { afterAll, beforeAll, expect, test } from "vitest";
import { sharedApiServer } from "../testing/shared-api-server.ts";
import { Lease } from "./kinds.ts";
import type { Kube } from "./kube.ts";
import { lead } from "./leader.ts";
import { noLog } from "./log.ts";

let kube: Kube;
let namespace: string;
beforeAll(async () => {
  ({ kube, namespace } = await sharedApiServer("leader"));
});
afterAll(() => kube?.close());

/** Somebody who wants to lead; tells when the work began. */
function candidate(name: string, identity: string) {
  const stop = new AbortController();
  let began = () => {};
  const leading = new Promise<void>((resolve) => {
    began = resolve;
  });
  const ended = lead(
    { kube, log: noLog, signal: stop.signal, namespace, name, identity, leaseMs: 1200 },
    (signal) =>
      new Promise((resolve) => {
        began();
        signal.addEventListener("abort", () => resolve());
      }),
  );
  return { leading, ended, stop: () => stop.abort() };
}

const holder = async (name: string) => (await kube.get(Lease, name, namespace))?.spec?.holderIdentity;

test("one leads, and the next follows when it steps back", async () => {
  const first = candidate("steps-back", "first");
  await first.leading;
  const second = candidate("steps-back", "second");
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
  await expect(robbed.ended).rejects.toThrow(/Lost the lease .*robbed/);
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
