import { expect, test } from "vitest";
import { aSpec } from "../../../testing/control-planes.ts";
import { followedEtcd, healthyObservation } from "../../../testing/healthy-etcd.ts";
import type { Pass } from "../pass.ts";
import { etcdOf } from "./etcd-of.ts";

test("what a compaction has left is told by a look after it, and not by the one before", () => {
  const observed = healthyObservation(["etcd-0"]);
  const compactedAs = (toActOn: typeof observed | undefined) => {
    const etcd = { ...followedEtcd(observed), toActOn, compacted: 100 };
    const hcp = { metadata: { name: "demo" }, spec: aSpec() };
    const pass = { hcp, namespace: "clusters-demo", configMaps: [], options: { etcd } };
    return etcdOf(pass as unknown as Pass, observed).compacted;
  };
  expect(compactedAs(observed)).toBe(100);
  expect(compactedAs(undefined)).toBeUndefined();
});
