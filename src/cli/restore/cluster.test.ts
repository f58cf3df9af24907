import { expect, test } from "vitest";
import { runCommand } from "../testing/run-command.ts";

test.each([
  ["", "--from or --at is required"],
  ["--from one --at 2026-01-31T18:00:00Z", "--from and --at exclude each other"],
  ["--at yesterday", '--at "yesterday" is not a time such as 2026-01-31T18:00:00Z'],
  ["--at 2026-01-31", "is not a time such as"],
])("restore cluster %s says what to give instead", async (words, message) => {
  const { status, stderr } = await runCommand([
    "restore",
    "cluster",
    "--name",
    "demo",
    ...words.split(" ").filter(Boolean),
  ]);
  expect(stderr).toContain(message);
  expect(status).not.toBe(0);
});
