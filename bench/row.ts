/** A line of a table of measurements: what, value, budget, and whether it is met. */
export function row(what: string, value: number | undefined, unit: string, budget?: number): string[] {
  return [
    what,
    value === undefined ? "-" : `${value}${unit}`,
    budget === undefined ? "" : `${budget}${unit}`,
    budget === undefined || value === undefined ? "" : value <= budget ? "met" : "not met",
  ];
}
