// Runs tests that take too long for every change, by their names (the files of e2e/long/), on the local environment,
// which is made first where it is not up and is left up. Prints a table for each: fault, outage, loss, healed in.
// With --keep the tables are kept in docs/long-tests.md.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LongTest, Observed } from "../e2e/long/long-test.ts";
import { attempt } from "../e2e/shell.ts";
import { longTable, withSection } from "./long-table.ts";
import { stopSignal } from "./stop-signal.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "e2e", "long");
const page = join(root, "docs", "long-tests.md");
const tests = new Map<string, LongTest>();
for (const file of readdirSync(folder)) {
  const { default: test } = (await import(join(folder, file))) as { default?: LongTest };
  if (test) tests.set(file.replace(/\.ts$/, ""), test);
}

const words = process.argv.slice(2);
const names = words.filter((word) => word !== "--keep");
const unknown = names.filter((name) => !tests.has(name));
if (names.length === 0 || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no long test ${unknown.join(", ")}. There are:`);
  for (const [name, { title }] of tests) console.log(`${name.padEnd(20)} ${title}`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const signal = stopSignal();

const quickstart = await attempt("./hcp", ["quickstart"]);
if (quickstart.status !== 0) {
  console.error(`The local environment could not be made:\n${quickstart.stderr}`);
  process.exit(1);
}
let failed = 0;
let passed = 0;
for (const name of names) {
  if (signal.aborted) break;
  const rows = await tryAll(name, tests.get(name) as LongTest);
  failed += rows.filter(({ failure }) => failure).length;
  passed += rows.filter(({ failure }) => !failure).length;
  console.log(`\n${longTable(rows)}\n`);
  if (words.includes("--keep")) keep(name, rows);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

async function tryAll(name: string, { title, run }: LongTest): Promise<Observed[]> {
  console.log(`${name}: ${title}`);
  try {
    return await run({ signal, say: (line) => console.log(`${name}: ${line}`) });
  } catch (error) {
    return [{ fault: "(all)", failure: `it could not be tried: ${(error as Error).message.split("\n")[0]}` }];
  }
}

function keep(name: string, rows: Observed[]): void {
  const text = `Run on ${new Date().toISOString().slice(0, 10)}.\n\n${longTable(rows)}`;
  writeFileSync(page, withSection(readFileSync(page, "utf8"), name, text));
}
