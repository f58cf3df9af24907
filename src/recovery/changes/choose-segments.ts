import { beginOf, type Segment } from "./segment.ts";

/** A backup that changes are to follow upon. */
export interface Base {
  revision: number;
  /** When it was complete. */
  madeAt: string;
}

/**
 * The segments that follow upon a backup without a gap, in order, as far as there are any; overlaps are for the reader to
 * leave out. Of several runs the one that reaches furthest.
 */
export function chooseSegments(segments: readonly Segment[], base: Base): Segment[] {
  const runs = [...new Set(segments.map(({ run }) => run))].sort();
  const rows = runs.map((run) =>
    rowOf(
      segments.filter((segment) => segment.run === run),
      base,
    ),
  );
  return rows.reduce((longest, row) => (end(row) > end(longest) ? row : longest), []);
}

const end = (row: readonly Segment[]) => row.at(-1)?.last ?? 0;

function rowOf(run: readonly Segment[], base: Base): Segment[] {
  if (!run[0] || !follows({ run: run[0].run, first: Math.min(...run.map(({ first }) => first)) }, base)) return [];
  const row: Segment[] = [];
  for (let next = base.revision + 1; ; next = end(row) + 1) {
    const [longest] = run.filter(({ first, last }) => first <= next && last >= next).sort((a, b) => b.last - a.last);
    if (!longest) return row;
    row.push(longest);
  }
}

/**
 * Whether a run's changes are what came after a backup: it began with the revision behind the backup's, or the backup was
 * made while it went on. An older backup may be of an etcd that has been put back since.
 */
export function follows({ run, first }: { run: string; first: number }, { revision, madeAt }: Base): boolean {
  if (first === revision + 1) return true;
  return first <= revision && Date.parse(madeAt) >= Date.parse(beginOf(run));
}
