import { expect, test } from "vitest";
import type { Kind } from "../../kube/kind.ts";
import type { Kube, ListOptions, Picking } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { copyLabels, listCopies } from "./copies.ts";

const annotations = { "hypershift.openshift.io/copied-from": "clusters/pull", "other/large": "x" };
const metadata = { name: "pull", namespace: "clusters-demo", uid: "1", resourceVersion: "7", labels: copyLabels };

test("what has only the label is no copy, and of a copy no more is kept than that it is one", async () => {
  const kept: Resource[] = [];
  const present: Resource[] = [
    { metadata: { ...metadata, annotations } },
    { metadata: { ...metadata, name: "of-the-control-plane", annotations: { "other/large": "x" } } },
  ];
  const list = async ({ kind }: Kind, { pick = (one) => one }: ListOptions & Picking<Resource>) => {
    if (kind !== "Secret") return [];
    kept.push(...present.map((one) => pick({ ...one, data: { text: "x" } } as Resource)));
    return kept;
  };
  const copies = await listCopies({ list } as unknown as Kube, "clusters-demo");
  expect(copies.map(({ kind, name, uid }) => `${kind.kind} ${name} ${uid}`)).toEqual(["Secret pull 1"]);
  expect(JSON.stringify(kept)).not.toContain('x"');
  expect(kept[0]?.metadata).toMatchObject({ name: "pull", uid: "1", resourceVersion: "7" });
});
