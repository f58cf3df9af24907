import { expect, test } from "vitest";
import type { ControlPlane } from "../../control-plane/control-plane.ts";
import { encryption } from "../../control-plane/kube-apiserver/encryption.ts";
import { keyChange, presentKeys } from "./key-change.ts";

const key = (name: string) => ({ name, secret: Buffer.alloc(32, name).toString("base64") });
const [one, two, three] = ["one", "two", "three"].map(key) as [
  ReturnType<typeof key>,
  ReturnType<typeof key>,
  ReturnType<typeof key>,
];

/** The file that these facts render, as it is found in the next pass. */
function found(facts: ControlPlane["encryption"]) {
  const data = encryption({ encryption: facts } as ControlPlane)?.data?.["encryption.json"] ?? "";
  return presentKeys(Buffer.from(data, "base64").toString());
}
const names = (facts: ControlPlane["encryption"]) => found(facts)?.keys.map(({ name }) => name);

test("every API server reads a new key before one of them writes with it", () => {
  const present = found({ active: one });
  const { before, after } = keyChange({ active: two, backup: one }, present, true);
  expect(names(before)).toEqual(["one", "two"]);
  expect(names(after)).toEqual(["two", "one"]);
  // Found half-way, it is the same step still; found at its end, there is none.
  expect(keyChange({ active: two, backup: one }, found(before), true)).toEqual({ before, after });
  expect(keyChange({ active: two, backup: one }, found(after), true).before).toBeUndefined();
});

test("what was written before anything was encrypted is written so until every API server knows the key", () => {
  const { before, after } = keyChange({ active: one }, undefined, true);
  expect(found(before)).toEqual({ keys: [one], plain: true });
  expect(found(after)).toEqual({ keys: [one], plain: false });
  expect(keyChange({ active: one }, found(before), true)).toEqual({ before, after });
});

test("a control plane that has never run needs no step", () => {
  expect(keyChange({ active: one }, undefined, false)).toEqual({ after: { active: one } });
});

test("a key that was called otherwise before goes on being read under that name, and is written with under its own", () => {
  const renamed = { ...one, name: "of-its-bytes" };
  const { before, after } = keyChange({ active: renamed }, found({ active: one }), true);
  expect(found(before)?.keys).toEqual([one, renamed]);
  expect(found(after)?.keys).toEqual([renamed, one]);
});

test("the names that a snapshot has for a key are read beside those that are there", () => {
  const alias = { ...one, name: "elsewhere" };
  expect(found(keyChange({ active: one, former: [alias] }, found({ active: one, backup: two }), false).after)).toEqual({
    keys: [one, two, alias],
    plain: false,
  });
});

test("a key that something may be encrypted with is read for good, also where the spec no longer names it", () => {
  const { before, after } = keyChange({ active: three }, found({ active: two, backup: one }), true);
  expect(names(before)).toEqual(["two", "three", "one"]);
  expect(names(after)).toEqual(["three", "two", "one"]);
});
