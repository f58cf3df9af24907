import { expect, test } from "vitest";
import type { ApplyOptions, Kube } from "../../../kube/kube.ts";
import { keepLastRevision } from "./keep-last-revision.ts";

/** Keeps the revision 4711 with this way to write, and gives the warnings. */
async function keep(apply: (object: unknown, options: ApplyOptions) => Promise<unknown>): Promise<string[]> {
  const warnings: string[] = [];
  await keepLastRevision({
    kube: { apply } as unknown as Kube,
    log: { info() {}, error() {}, warn: (_: object, text: string) => void warnings.push(text) } as never,
    namespace: "clusters-demo",
    etcd: { revisionToKeep: () => 4711 },
    now: new Date(),
  });
  return warnings;
}

test("the last revision is put on record", async () => {
  const written: unknown[] = [];
  expect(await keep(async (object) => written.push(object))).toEqual([]);
  expect(written).toMatchObject([{ data: { etcdRevision: expect.stringContaining("4711") } }]);
});

test("a server that does not answer keeps no process from ending: the lease is still to be given back", async () => {
  const never = (_: unknown, { signal }: ApplyOptions) =>
    new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  expect(await keep(never)).toEqual(["the last revision of etcd is not on record"]);
}, 30_000);
