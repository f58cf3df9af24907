import { expect, test } from "vitest";
import { same, statusPatch } from "./status-patch.ts";

test("an equal status needs no patch, whatever the order of its fields", () => {
  expect(statusPatch({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 })).toBeUndefined();
  expect(statusPatch({ a: 1 }, { a: 1, b: undefined })).toBeUndefined();
});

test("only what changed is in the patch, and what went is null", () => {
  expect(statusPatch({ a: 1, b: { c: 1, d: 2 }, e: 5 }, { a: 1, b: { c: 3, d: 2 } })).toEqual({ b: { c: 3 }, e: null });
});

test("null is what is not there: it needs no patch where there was nothing, and takes away what there was", () => {
  expect(statusPatch({ a: { b: 1 } }, { a: { b: 1, c: null } })).toBeUndefined();
  expect(statusPatch({ a: { c: null } }, { a: {} })).toBeUndefined();
  expect(statusPatch({ a: { b: 1, c: 2 } }, { a: { b: 1, c: null } })).toEqual({ a: { c: null } });
});

test("lists are replaced whole", () => {
  expect(statusPatch({ list: [1, 2] }, { list: [1, 3] })).toEqual({ list: [1, 3] });
});

const condition = (type: string, status: string) => ({ type, status });

test("conditions of other writers stay, ours change, and those that we dropped go", () => {
  const before = {
    conditions: [condition("Ours", "False"), condition("Dropped", "True"), condition("Theirs", "False")],
  };
  const after = { conditions: [condition("Ours", "True"), condition("Theirs", "False"), condition("Added", "True")] };
  const present = {
    conditions: [...before.conditions.slice(0, 2), condition("Theirs", "True"), condition("New", "True")],
  };
  expect(statusPatch(before, after, present)).toEqual({
    conditions: [
      condition("Ours", "True"),
      condition("Theirs", "True"),
      condition("New", "True"),
      condition("Added", "True"),
    ],
  });
});

test("values are compared as JSON", () => {
  expect(same({ a: [{ b: 1 }] }, { a: [{ b: 1 }] })).toBe(true);
  expect(same({ a: null }, {})).toBe(false);
  expect(same([1], [1, 2])).toBe(false);
  expect(same({ a: 1 }, [1])).toBe(false);
});
