import { randomBytes } from "node:crypto";
import type { ConfigMap } from "../src/kube/kinds.ts";
import type { Kube } from "../src/kube/kube.ts";

/** Characters of each object: a large cluster has many, and few of them are larger. */
const objectBytes = 50_000;
const atATime = 8;

/** Makes ConfigMaps until there are so many megabytes (10^6 bytes) of them, where there were `from` before. */
export async function fill(kube: Kube, megabytes: number, from = 0): Promise<void> {
  const numbers = objectNumbers(from, megabytes)[Symbol.iterator]();
  await Promise.all(Array.from({ length: atATime }, () => makeEach(kube, numbers)));
}

/** The objects that are still to be made. */
export function objectNumbers(from: number, to: number): number[] {
  const [first, end] = [from, to].map((megabytes) => Math.round((megabytes * 1e6) / objectBytes)) as [number, number];
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}

/** Many do this at a time, from one iterator. */
async function makeEach(kube: Kube, numbers: Iterator<number>): Promise<void> {
  for (let next = numbers.next(); !next.done; next = numbers.next()) {
    await kube.create<ConfigMap>({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: `bench-${next.value}`, namespace: "default" },
      data: { text: randomBytes((objectBytes * 3) / 4).toString("base64") },
    });
  }
}
