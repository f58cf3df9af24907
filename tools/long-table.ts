import type { Observed } from "../e2e/long/long-test.ts";

/** The rows of a long test as a Markdown table, one line for each fault. */
export function longTable(rows: readonly Observed[]): string {
  const cells = rows.map(({ fault, outageMs, lost, healedInMs, failure }) => [
    fault,
    seconds(outageMs),
    lost === undefined ? "–" : String(lost),
    healedInMs === undefined ? (failure ? "never" : "–") : seconds(healedInMs),
    failure ?? "passed",
  ]);
  return [["fault", "outage", "loss", "healed in", "result"], ["---", "---", "---", "---", "---"], ...cells]
    .map((line) => `| ${line.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

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
