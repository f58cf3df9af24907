/** A length of time for people: `0.4 s`, `12 s`, `3 min 05 s`, `1 h 02 min`. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${padded(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${padded((seconds % 3600) / 60)} min`;
}

function padded(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}
