import type { Segment } from "./segment.ts";

/** The revision from which on segments of one run are there without a hole up to the last; nothing where there are none. */
export function beginOfRow(segments: readonly Pick<Segment, "first" | "last">[]): number | undefined {
  const [newest, ...others] = [...segments].sort((a, b) => b.last - a.last);
  let begin = newest?.first;
  for (const { first, last } of others) {
    if (begin === undefined || last < begin - 1) break;
    begin = Math.min(begin, first);
  }
  return begin;
}
