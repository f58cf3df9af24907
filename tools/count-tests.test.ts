import { expect, test } from "vitest";
import { closingLine, countTests, sumCounts } from "./count-tests.ts";

const file = (status: string, ...tests: string[]) => ({
  name: "x.test.ts",
  status,
  assertionResults: tests.map((status) => ({ status })),
});

test("tests are counted over files and runs", () => {
  const first = countTests({ testResults: [file("passed", "passed", "passed"), file("failed", "passed", "failed")] });
  const second = countTests({ testResults: [file("passed", "passed", "pending", "todo")] });
  expect(first).toEqual({ passed: 3, failed: 1, skipped: 0 });
  expect(closingLine(first)).toBe("3 passed, 1 failed");
  expect(closingLine(sumCounts([first, second]))).toBe("4 passed, 1 failed, 2 skipped");
});

test("a file that cannot be loaded is a failure", () => {
  expect(countTests({ testResults: [file("failed")] })).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("a hook that fails after passing tests is a failure", () => {
  expect(countTests({ testResults: [file("failed", "passed")] })).toEqual({ passed: 1, failed: 1, skipped: 0 });
});
