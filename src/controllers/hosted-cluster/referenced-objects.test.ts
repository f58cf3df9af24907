import { expect, test } from "vitest";
import type { Kind } from "../../kube/kind.ts";
import { Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { referencedObjects } from "./referenced-objects.ts";

/** A server with one Secret, and the count of how often it was asked. */
function server() {
  let version = 0;
  let present: Secret | undefined;
  const asked = { count: 0 };
  const set = (text: string): Secret => {
    const metadata = { name: "pull", namespace: "clusters", resourceVersion: `${++version}` };
    present = { apiVersion: "v1", kind: "Secret", metadata, data: { text } };
    return structuredClone(present);
  };
  const kube = {
    async get() {
      asked.count++;
      return structuredClone(present);
    },
  } as unknown as Kube;
  const remove = () => {
    present = undefined;
  };
  return { kube, asked, set, remove };
}

test("an object that a watch has shown is read once, until the watch shows another version or that it is gone", async () => {
  const { kube, asked, set, remove } = server();
  const objects = referencedObjects();
  const text = async () => (await objects.get(kube, Secret, "pull", "clusters"))?.data?.text;
  objects.follow(set("one"));
  expect([await text(), await text(), asked.count]).toEqual(["one", "one", 1]);
  objects.follow(set("two"));
  expect([await text(), await text(), asked.count]).toEqual(["two", "two", 2]);
  remove();
  objects.forget(Secret as Kind, "clusters/pull");
  expect([await text(), asked.count]).toEqual([undefined, 3]);
});

test("an object that no watch has shown as it was read is read again", async () => {
  const { kube, asked, set } = server();
  const objects = referencedObjects();
  const text = async () => (await objects.get(kube, Secret, "pull", "clusters"))?.data?.text;
  const first = set("one");
  expect([await text(), await text(), asked.count]).toEqual(["one", "one", 2]);
  const second = set("two");
  // The watch is late: what it shows is older than what was read.
  objects.follow(first);
  expect([await text(), await text(), asked.count]).toEqual(["two", "two", 4]);
  objects.follow(second);
  expect([await text(), await text(), asked.count]).toEqual(["two", "two", 5]);
});

test("what is remembered is a private copy, and nothing large", async () => {
  const { kube, asked, set } = server();
  const objects = referencedObjects();
  objects.follow(set("one"));
  const read = await objects.get(kube, Secret, "pull", "clusters");
  if (read?.data) read.data.text = "changed by who read it";
  expect((await objects.get(kube, Secret, "pull", "clusters"))?.data?.text).toBe("one");
  objects.follow(set("x".repeat(100_000)));
  await objects.get(kube, Secret, "pull", "clusters");
  await objects.get(kube, Secret, "pull", "clusters");
  expect(asked.count).toBe(3);
});
