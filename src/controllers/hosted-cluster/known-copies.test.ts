import { expect, test } from "vitest";
import type { Kind } from "../../kube/kind.ts";
import { ConfigMap, Secret } from "../../kube/kinds.ts";
import { knownCopies } from "./known-copies.ts";

const labels = { "hypershift.openshift.io/mirrored-config": "true" };
const annotations = { "hypershift.openshift.io/copied-from": "clusters/pull" };
const metadata = { name: "pull", namespace: "clusters-demo", uid: "1", labels, annotations };
const namesIn = (copies: ReturnType<typeof knownCopies>, namespace: string) =>
  copies.in(namespace).map(({ kind, name, uid }) => `${kind.kind} ${name} ${uid}`);

test("copies are known by kind and namespace from when they are shown until they are gone", () => {
  const copies = knownCopies();
  copies.follow(Secret as Kind, { metadata });
  copies.follow(ConfigMap as Kind, { metadata: { ...metadata, uid: "2" } });
  expect(namesIn(copies, "clusters-demo")).toEqual(["Secret pull 1", "ConfigMap pull 2"]);
  expect(namesIn(copies, "clusters")).toEqual([]);
  copies.forget(Secret as Kind, "clusters-demo/pull");
  expect(namesIn(copies, "clusters-demo")).toEqual(["ConfigMap pull 2"]);
  expect(copies.has(Secret as Kind, "pull", "clusters-demo")).toBe(false);
});

test("what has only the label is no copy, and what is none any more is none", () => {
  const copies = knownCopies();
  copies.follow(Secret as Kind, { metadata: { ...metadata, annotations: {} } });
  expect(namesIn(copies, "clusters-demo")).toEqual([]);
  copies.follow(Secret as Kind, { metadata });
  copies.follow(Secret as Kind, { metadata: { ...metadata, annotations: {} } });
  expect(namesIn(copies, "clusters-demo")).toEqual([]);
});
