import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Facts } from "../src/cli/command.ts";
import { commands, find, load } from "../src/cli/commands.ts";
import { parse } from "../src/cli/parse.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "src", "cli");
const facts: Facts = {
  root,
  cwd: tmpdir(),
  home: tmpdir(),
  variables: {},
  now: () => new Date(0),
  random: (bytes) => Buffer.alloc(bytes),
  stdin: () => "",
};

const guides = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  ...["docs", "docs/recovery"].flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap((name) => (name.endsWith(".md") ? [`${folder}/${name}`] : [])),
  ),
].map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

/** What is wrong with a line such as `hcp get clusters -o yaml`; files that it names need not be there. */
async function problemOf(line: string): Promise<string | undefined> {
  const words = line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', "")) ?? [];
  const kubeconfig = words.indexOf("--kubeconfig");
  if (kubeconfig >= 0) words.splice(kubeconfig, 2);
  const match = find(folder, words);
  if (!match) return "there is no such command";
  try {
    parse(await load(match.found), match.rest, facts);
  } catch (error) {
    const { message } = error as Error;
    return message.includes("cannot read") ? undefined : message;
  }
}

/** The command lines in a guide's blocks of shell, without comments and what follows a pipe or redirection. */
function commandLines(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = ""]) => block.replaceAll("\\\n", " "));
  return blocks
    .flatMap((block) => block.split("\n"))
    .flatMap((line) => /^(?:\.\/)?hcp (.*?)(?:\s(?:#|>|\||&&).*)?$/.exec(line)?.[1] ?? [])
    .filter((line) => !/^(<|--help)/.test(line));
}

const withCommands = guides
  .map(({ path, text }) => ({ path, lines: commandLines(text) }))
  .filter(({ lines }) => lines.length > 0);
test.each(withCommands)("every command line in $path is one that hcp takes", async ({ lines }) => {
  for (const line of lines) expect.soft(await problemOf(line), `hcp ${line}`).toBeUndefined();
});

const linkPattern = /\]\((?!http)([^)#]*)(?:#([^)]*))?\)/g;
const withLinks = guides
  .map(({ path, text }) => ({ path, text, links: [...text.matchAll(linkPattern)] }))
  .filter(({ links }) => links.length > 0);
test.each(withLinks)("every link in $path leads somewhere", ({ path, links }) => {
  const headings = (file: string) =>
    [...readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-"),
    );
  for (const [link, target = "", anchor] of links) {
    const file = target === "" ? join(root, path) : join(root, dirname(path), target);
    expect.soft(existsSync(file), link).toBe(true);
    if (anchor) expect.soft(headings(file), link).toContain(anchor);
  }
});

test("the examples in the help are ones that hcp takes", async () => {
  for (const found of commands(folder)) {
    for (const example of (await load(found)).examples ?? []) {
      const line = example.replace(/\s(>|\|).*/, "");
      expect.soft(await problemOf(line), `hcp ${line}`).toBeUndefined();
    }
  }
});
