import { UsageError } from "../usage-error.ts";

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** Reads a selector as kubectl writes it: `size=big,zone in (a,b),!old`. */
export function agentSelector(text: string): LabelSelector {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: NonNullable<LabelSelector["matchExpressions"]> = [];
  // Commas also stand inside parentheses: those do not separate requirements.
  for (const part of text.split(/,(?![^(]*\))/).map((each) => each.trim())) {
    const key = "([A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?)";
    const equal = part.match(new RegExp(`^${key}\\s*==?\\s*([-A-Za-z0-9_.]*)$`));
    const unequal = part.match(new RegExp(`^${key}\\s*!=\\s*([-A-Za-z0-9_.]*)$`));
    const set = part.match(new RegExp(`^${key}\\s+(in|notin)\\s+\\(([^)]*)\\)$`));
    const exists = part.match(new RegExp(`^(!?)\\s*${key}$`));
    if (equal) matchLabels[equal[1] ?? ""] = equal[2] ?? "";
    else if (unequal) matchExpressions.push({ key: unequal[1] ?? "", operator: "NotIn", values: [unequal[2] ?? ""] });
    else if (set) {
      const values = (set[3] ?? "").split(",").map((value) => value.trim());
      matchExpressions.push({ key: set[1] ?? "", operator: set[2] === "in" ? "In" : "NotIn", values });
    } else if (exists) matchExpressions.push({ key: exists[2] ?? "", operator: exists[1] ? "DoesNotExist" : "Exists" });
    else throw new UsageError(`--agentLabelSelector "${part}" is not a selector such as size=big or zone in (a,b)`);
  }
  return {
    ...(Object.keys(matchLabels).length > 0 ? { matchLabels } : {}),
    ...(matchExpressions.length > 0 ? { matchExpressions } : {}),
  };
}
