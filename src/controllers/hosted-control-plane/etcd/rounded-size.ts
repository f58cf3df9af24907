const mebibyte = 1024 ** 2;

/**
 * A size as a quantity, rounded up so that few changes of it are news: to a sixteenth of the power of two above it, and
 * to whole mebibytes. A database file grows and never shrinks by itself, so it does not waver between two.
 */
export function roundedSize(bytes: number): string {
  const step = Math.max(mebibyte, 2 ** Math.ceil(Math.log2(Math.max(bytes, 1))) / 16);
  return `${(Math.ceil(bytes / step) * step) / mebibyte}Mi`;
}
