const units: Record<string, number> = { h: 3_600, m: 60, s: 1, ms: 0.001, us: 0.000001, µs: 0.000001, ns: 0.000000001 };

/** Seconds in a duration such as `1h30m`, rounded up; nothing where it is absent or cannot be read. */
export function goDurationSeconds(text: string | undefined): number | undefined {
  if (!text) return undefined;
  if (text === "0") return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g)];
  if (parts.map(([part]) => part).join("") !== text) return undefined;
  return Math.ceil(parts.reduce((sum, [, amount = "", unit = ""]) => sum + Number(amount) * (units[unit] ?? 0), 0));
}
