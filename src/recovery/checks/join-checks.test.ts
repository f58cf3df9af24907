import { expect, test } from "vitest";
import { joinChecks } from "./join-checks.ts";

const check = (name: string, result: "passed" | "failed" | "skipped", message = "") => ({ name, result, message });

test("what was found once is not forgotten where there is nothing to ask any more", () => {
  const compared = [check("object-counts", "passed", "72 objects"), check("secrets", "skipped")];
  const proved = [check("object-counts", "skipped", "There is no backup"), check("secrets", "passed")];
  expect(joinChecks(compared, proved)).toEqual([
    check("object-counts", "passed", "72 objects"),
    check("secrets", "passed"),
  ]);
});

test("what failed before and is not asked any more has not passed, and is not a failure either", () => {
  expect(joinChecks([check("dns", "failed")], [check("dns", "skipped")])).toEqual([check("dns", "skipped")]);
});

test("the newer look counts, and what it did not look at stays", () => {
  expect(joinChecks([check("dns", "passed"), check("old", "passed")], [check("dns", "failed")])).toEqual([
    check("old", "passed"),
    check("dns", "failed"),
  ]);
});
