import type { Observed } from "../e2e/long/long-test.ts";

/** The rows of a long test as a Markdown table, one line for each fault. */
export function longTable(rows: readonly Observed[]): string {
  // What a test does not look for has no column.
  const columns = all.filter(({ isOf }) => isOf?.(rows) ?? true);
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  return [columns.map(({ name }) => name), columns.map(() => "---"), ...cells]
    .map((line) => `| ${line.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

interface Column {
  name: string;
  cell: (row: Observed) => string;
  isOf?: (rows: readonly Observed[]) => boolean;
}

const tell = (rows: readonly Observed[]) => rows.some(({ told }) => told !== undefined);
const tellNot = (rows: readonly Observed[]) => !tell(rows);
const all: Column[] = [
  { name: "fault", cell: ({ fault }) => fault },
  { name: "condition", cell: ({ told }) => told ?? "–", isOf: tell },
  { name: "after", cell: ({ toldInMs }) => (toldInMs === undefined ? "–" : seconds(toldInMs)), isOf: tell },
  { name: "outage", cell: ({ outageMs }) => seconds(outageMs), isOf: tellNot },
  { name: "loss", cell: ({ lost }) => (lost === undefined ? "–" : String(lost)), isOf: tellNot },
  {
    name: "healed in",
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
