import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { completions } from "./completions.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

test.each([
  [["ins"], ["install"]],
  [
    ["create", ""],
    ["backup", "backup-location", "backup-schedule", "cluster", "kubeconfig", "nodepool"],
  ],
  [
    ["create", "cluster", "a"],
    ["agent", "aws"],
  ],
  [["create", "nodepool", "agent", "--rep"], ["--replicas"]],
  [["create", "nodepool", "agent", "--node-upgrade-type", "R"], ["Replace"]],
  [["create", "nodepool", "agent", "--name", ""], []],
  [["compl"], ["completion"]],
])("%j may become %j", async (words, expected) => {
  expect(await completions(folder, words)).toEqual(expected);
});
