const factors: Record<string, number> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** An amount as Kubernetes writes it (`250m`, `8Gi`) as a number; 0 where it is absent. */
export function amountOf(text: string | undefined): number {
  const [, number = "0", unit = ""] = /^([\d.]+(?:e\d+)?)([a-zA-Z]*)$/.exec(text ?? "0") ?? [];
  return Number(number) * (factors[unit] ?? 1);
}
