import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { matchesFixture } from "../testing/matches-fixture.ts";
import { commands, load } from "./commands.ts";
import { parse } from "./parse.ts";
import { runCommand } from "./testing/run-command.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

test("help of every command of this folder's owner reads as it is kept", async () => {
  const found = commands(folder).filter(({ words }) => !["local", "release", "quickstart"].includes(words[0] ?? ""));
  const texts = await Promise.all(found.map(async ({ words }) => (await runCommand([...words, "--help"])).stdout));
  await matchesFixture(new URL("fixtures/help.txt", import.meta.url), texts.join(`\n${"-".repeat(80)}\n\n`));
});

test("every command has a summary of one line, and examples that name it", async () => {
  for (const found of commands(folder)) {
    const command = await load(found);
    const name = found.words.join(" ");
    expect(command.summary, name).toMatch(/^[A-Z][^\n]*[^.\n]$/);
    for (const example of command.examples ?? []) expect(example.startsWith(name), `${name}: ${example}`).toBe(true);
  }
});

test("every command can be parsed without flags, or says which are required", async () => {
  for (const found of commands(folder)) {
    const facts = {} as Parameters<typeof parse>[2];
    const command = await load(found);
    try {
      parse(command, [], facts);
    } catch (error) {
      expect((error as Error).message, found.words.join(" ")).toMatch(/required$/);
    }
  }
});
