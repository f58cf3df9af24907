/** How long ago a time of an object was, as kubectl writes it: 45s, 12m, 3h, 5d. */
export function age(time: string | undefined, now: Date): string {
  if (!time) return "";
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(time)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
