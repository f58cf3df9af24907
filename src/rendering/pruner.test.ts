import { expect, test } from "vitest";
import { ConfigMap } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";
import type { Resource } from "../kube/resource.ts";
import { pruner } from "./pruner.ts";

const configMap = (name: string, label?: string): Resource => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "here", uid: `uid of ${name}`, ...(label && { labels: { label } }) },
});

function server(...present: Resource[]) {
  const gone: unknown[] = [];
  let lists = 0;
  const kube = {
    list: async () => {
      lists++;
      return present;
    },
    delete: async (_: unknown, name: string, namespace: string, options: object) => {
      gone.push([name, namespace, options]);
      return true;
    },
  } as unknown as Kube;
  return { kube, gone, lists: () => lists };
}

const pruning = (kube: Kube, ...rendered: Resource[]) => ({
  kube,
  kinds: [ConfigMap],
  within: {},
  isOurs: ({ metadata }: Resource) => metadata?.labels?.label === "ours",
  rendered,
});

test("what is no longer rendered goes, if it is the one that was found; what others made stays", async () => {
  const { kube, gone } = server(configMap("wanted", "ours"), configMap("former", "ours"), configMap("foreign"));
  const pruned = await pruner()(pruning(kube, configMap("wanted")));
  expect(gone).toEqual([["former", "here", { uid: "uid of former" }]]);
  expect(pruned.map(({ metadata }) => metadata?.name)).toEqual(["former"]);
});

test("an object of the same name in another namespace is another object", async () => {
  const elsewhere = { ...configMap("wanted"), metadata: { name: "wanted", namespace: "elsewhere" } };
  const { kube, gone } = server(configMap("wanted", "ours"));
  await pruner()(pruning(kube, elsewhere));
  expect(gone).toHaveLength(1);
});

test("it looks again only when other objects are rendered, whatever their order, or when it did not come to its end", async () => {
  const { kube, lists } = server();
  const prune = pruner();
  const failing = { ...kube, list: () => Promise.reject(new Error("away")) } as unknown as Kube;
  await expect(prune(pruning(failing, configMap("a")))).rejects.toThrow("away");
  await prune(pruning(kube, configMap("a"), configMap("b")));
  await prune(pruning(kube, configMap("b"), configMap("a")));
  expect(lists()).toBe(1);
  await prune(pruning(kube, configMap("a")));
  expect(lists()).toBe(2);
});
