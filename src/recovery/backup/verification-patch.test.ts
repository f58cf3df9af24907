import { expect, test } from "vitest";
import { verificationPatch } from "./verification-patch.ts";

const now = new Date("2026-01-01T00:00:00Z");
const look = { of: "a", time: "2026-01-01T00:00:00.000Z", unread: null };

test("a look that finds nothing takes away what was found before", () => {
  const nothing = { ...look, problems: null };
  const of = (opened: boolean, foundInside: boolean) =>
    verificationPatch({ problems: [], opened }, { of: "a", foundInside, now });
  expect(of(true, true)).toEqual({ ...nothing, opened: true });
  expect(of(false, false)).toEqual({ ...nothing, opened: false });
});

test("a look that opens nothing does not take away what one that did has found", () => {
  const foundInside = { of: "a", foundInside: true, now };
  expect(verificationPatch({ problems: [], opened: false }, foundInside)).toEqual(look);
  const problems = ["snapshot.db is cut off"];
  expect(verificationPatch({ problems, opened: false }, foundInside)).toEqual({ ...look, opened: true, problems });
});
