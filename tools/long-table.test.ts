import { expect, test } from "vitest";
import { longTable, withSection } from "./long-table.ts";

test("a long test's table tells fault, outage, loss and healing, and why a row failed", () => {
  const table = longTable([
    { fault: "one member's volume lost", lost: 0, healedInMs: 12_340 },
    { fault: "all volumes lost", outageMs: 60_000, lost: 3, failure: "3 acknowledged writes are gone" },
  ]);
  expect(table.split("\n").slice(2)).toEqual([
    "| one member's volume lost | none | 0 | 12.3 s | passed |",
    "| all volumes lost | 60.0 s | 3 | never | 3 acknowledged writes are gone |",
  ]);
});

test("a reason of several lines stays on its line of the table", () => {
  const table = longTable([{ fault: "a cluster", failure: "hcp ended with 1:\n  no node came\n" }]);
  expect(table.split("\n").slice(2)).toEqual(["| a cluster | hcp ended with 1: no node came |"]);
});

test("a long test's table has no column for what no row observed", () => {
  expect(longTable([{ fault: "sig-apps: 2 specs" }, { fault: "a spec", failure: "no pod came" }])).toBe(
    "| fault | result |\n| --- | --- |\n| sig-apps: 2 specs | passed |\n| a spec | no pod came |",
  );
});

test("a section of the page is replaced by its new run, and the others are kept", () => {
  const page = "# Long tests\n\n## one\n\nold\n\n## two\n\nkept\n";
  expect(withSection(page, "one", "new")).toBe("# Long tests\n\n## one\n\nnew\n\n## two\n\nkept\n");
  expect(withSection(page, "three", "added")).toBe(`${page}\n## three\n\nadded\n`);
});

test("where conditions are to tell of faults, the table has which one, and after how long", () => {
  const table = longTable([
    { fault: "the registry is dead", told: "HostedCluster ValidReleaseImage", toldInMs: 21_000, healedInMs: 18_000 },
    { fault: "a worker reboots", healedInMs: 20_000 },
  ]);
  expect(table.split("\n")).toEqual([
    "| fault | condition | after | healed in | result |",
    "| --- | --- | --- | --- | --- |",
    "| the registry is dead | HostedCluster ValidReleaseImage | 21.0 s | 18.0 s | passed |",
    "| a worker reboots | – | – | 20.0 s | passed |",
  ]);
});
