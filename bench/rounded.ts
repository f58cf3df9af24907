/** To so many digits behind the point. */
export function rounded(number: number, digits = 1): number {
  return Number(number.toFixed(digits));
}
