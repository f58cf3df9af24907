/** As Kubernetes writes it in policies, budgets and pools. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** Whether labels satisfy a selector, as Kubernetes evaluates it. No selector, or an empty one, takes everything. */
export function matchesSelector(labels: Record<string, string> = {}, selector: LabelSelector = {}): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((expression) => matches(labels, expression));
}

function matches(
  labels: Record<string, string>,
  { key, operator, values = [] }: { key: string; operator: string; values?: string[] },
): boolean {
  const value = labels[key];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
