const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds in a period such as 30m, 1h or 30d; nothing where the text is none. */
export function periodMs(text: string | undefined): number | undefined {
  const [, amount, unit = ""] = /^([1-9][0-9]{0,4})([mhd])$/.exec(text ?? "") ?? [];
  return amount === undefined ? undefined : Number(amount) * (units[unit] ?? 0);
}
