import { expect, test } from "vitest";
import type { Change } from "./change.ts";
import { Compacting } from "./compacting.ts";

const change = (revision: number, bytes: number): Change => ({
  revision,
  at: "2026-01-01T00:00:00Z",
  events: [{ put: "YQ==", value: "x".repeat(bytes), created: 2, version: 1 }],
});

test.each([
  ["many bytes", { bytes: 100, changes: 1_000 }, [false, true, false, true], 8],
  ["many changes", { bytes: 1_000_000, changes: 3 }, [false, false, true, false], 7],
])("what was overwritten is forgotten after %s", (_, limits, due, compacted) => {
  const compacting = new Compacting(limits);
  expect([5, 6, 7, 8].map((revision) => compacting.isDueWith(change(revision, 60)))).toEqual(due);
  expect(compacting.compacted).toBe(compacted);
});
