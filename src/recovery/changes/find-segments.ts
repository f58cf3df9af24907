import type { Store } from "../store/store.ts";
import { type Segment, segmentOf } from "./segment.ts";

/** All segments in a history's folder, in no order. */
export async function findSegments(store: Store, path: string, signal: AbortSignal): Promise<Segment[]> {
  const found: Segment[] = [];
  for await (const { key } of store.list(`${path}/`, { signal })) {
    const segment = segmentOf(key.slice(path.length + 1));
    if (segment) found.push(segment);
  }
  return found;
}
