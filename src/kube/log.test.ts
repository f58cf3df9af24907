import { expect, test } from "vitest";
import { createLog } from "./log.ts";

test("a line is one JSON object with the fields of all its parents", () => {
  const lines: string[] = [];
  const log = createLog({ write: (line) => lines.push(line), now: () => new Date(0), fields: { program: "p" } });
  log.child({ controller: "c" }).info({ name: "n" }, "did it");
  log.debug({}, "too much");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { time: "1970-01-01T00:00:00.000Z", level: "info", message: "did it", program: "p", controller: "c", name: "n" },
  ]);
  expect(lines[0]?.endsWith("\n")).toBe(true);
});

test("an error becomes its message and those of its causes", () => {
  const lines: string[] = [];
  const log = createLog({ write: (line) => lines.push(line) });
  log.error({ error: new Error("outer", { cause: new Error("inner") }) }, "failed");
  log.error({ error: new Error("outer: inner", { cause: new Error("inner") }) }, "failed");
  expect(lines.map((line) => JSON.parse(line).error)).toEqual(["outer (inner)", "outer: inner"]);
});
