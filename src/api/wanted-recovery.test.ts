import { expect, test } from "vitest";
import { unreadableRecovery, wantedRecovery } from "./wanted-recovery.ts";

const wanted = (text?: string) =>
  wantedRecovery({ metadata: { annotations: text === undefined ? {} : { "recovery.roost.dev/wanted": text } } });

test("what a recovery wants is read, and nothing where there is none", () => {
  expect(wanted()).toBeUndefined();
  const asked = { id: "r", mode: "EtcdOnly", restore: { revision: 7 } };
  expect(wanted(JSON.stringify(asked))).toEqual(asked);
});

test.each(["", "{", "null", "{}", '{"id":"r"}', '{"id":"r","mode":"Half"}'])(
  "what cannot be read is an error, and never taken for a plane that is to run: %s",
  (text) => {
    expect(() => wanted(text)).toThrow("Cannot read the annotation recovery.roost.dev/wanted");
    const annotations = { "recovery.roost.dev/wanted": text };
    expect(unreadableRecovery({ metadata: { annotations } })).toContain("take it away");
  },
);
