import { expect, test } from "vitest";
import { RegistryError } from "../../release/registry-error.ts";
import { explainMemory } from "./explain-memory.ts";

test("a release that is remembered and cannot be read says to name it with its flags again", () => {
  const refused = new RegistryError("Unauthorized", "The registry wants a login.");
  expect(() => explainMemory(refused)).toThrow(
    /^The registry wants a login; .* give --release with its flags again, or --build/,
  );
});

test("what is no matter of the registry is told as it is", () => {
  const other = new Error("The disk is full.");
  expect(() => explainMemory(other)).toThrow(other);
});
