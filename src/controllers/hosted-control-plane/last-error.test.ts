import { expect, test } from "vitest";
import { lastError } from "./last-error.ts";

test("the error of the last line that a program logged is why it ended, or else what it said there", () => {
  expect(lastError('{"msg":"starting"}\n{"msg":"failed","error":"no such file"}\n')).toBe("no such file");
  expect(lastError('{"msg":"failed"}')).toBe("failed");
  expect(lastError("starting\nno such flag\n")).toBe("no such flag");
  expect(lastError()).toBe("");
});

test.each([
  ['{"error":{"code":1}}', '{"error":{"code":1}}'],
  ['{"error":{"code":1},"msg":"failed"}', "failed"],
  ['{"msg":7}', '{"msg":7}'],
  ["null", "null"],
])("what is no text in %s is no error's", (line, error) => {
  expect(lastError(line)).toBe(error);
});

test("however much a program logs, of its last line no more is told than fits a condition", () => {
  const long = "x".repeat(5000);
  for (const line of [long, JSON.stringify({ error: long }), JSON.stringify({ msg: long }), JSON.stringify([long])]) {
    expect(lastError(line)).toBe(lastError(line).slice(0, 300));
  }
});
