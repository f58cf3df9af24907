import type { Observed } from "../e2e/long/long-test.ts";

/** The rows of a long test as a Markdown table, one line for each fault. What no row observed has no column. */
export function longTable(rows: readonly Observed[]): string {
  const columns = all.filter(({ of }) => !of || rows.some((row) => row[of] !== undefined));
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  return [columns.map(({ name }) => name), columns.map(() => "---"), ...cells]
    .map((line) => `| ${line.map(onOneLine).join(" | ")} |`)
    .join("\n");
}

const onOneLine = (cell: string) =>
  cell
    .trim()
    .replace(/\s*\n\s*/g, " ")
    .replaceAll("|", "\\|");

interface Column {
  name: string;
  /** What it tells of; absent where it is always there. */
  of?: keyof Observed;
  cell: (row: Observed) => string;
}

const all: Column[] = [
  { name: "fault", cell: ({ fault }) => fault },
  { name: "condition", of: "told", cell: ({ told }) => told ?? "–" },
  { name: "after", of: "toldInMs", cell: ({ toldInMs }) => (toldInMs === undefined ? "–" : seconds(toldInMs)) },
  { name: "outage", of: "outageMs", cell: ({ outageMs }) => seconds(outageMs) },
  { name: "loss", of: "lost", cell: ({ lost }) => (lost === undefined ? "–" : String(lost)) },
  {
    name: "healed in",
    of: "healedInMs",
    cell: ({ healedInMs, failure }) => (healedInMs === undefined ? (failure ? "never" : "–") : seconds(healedInMs)),
  },
  { name: "result", cell: ({ failure }) => failure ?? "passed" },
];

const seconds = (ms: number | undefined) => (ms === undefined ? "none" : `${(ms / 1000).toFixed(1)} s`);

/** The page with the text of one section put in place of what that section said, or added at the end. */
export function withSection(page: string, name: string, text: string): string {
  const [head = "", ...sections] = page.trimEnd().split(/\n(?=## )/);
  const section = `## ${name}\n\n${text}\n`;
  const index = sections.findIndex((each) => each.startsWith(`## ${name}\n`));
  if (index < 0) sections.push(section);
  else sections[index] = section;
  return `${[head, ...sections].map((each) => each.trimEnd()).join("\n\n")}\n`;
}
