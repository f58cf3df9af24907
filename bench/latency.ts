import type { ConfigMap as ConfigMapObject } from "../src/kube/kinds.ts";
import { ConfigMap } from "../src/kube/kinds.ts";
import type { Kube } from "../src/kube/kube.ts";

const reads = 200;
const name = "roost-bench";
const namespace = "default";

/** The 99th percentile of reading a ConfigMap, in milliseconds, from each of these APIs in turn. */
export async function readLatency(apis: readonly Kube[]): Promise<number[]> {
  const times = apis.map((): number[] => []);
  for (const kube of apis) {
    await kube.apply<ConfigMapObject>({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } });
  }
  for (let read = 0; read < reads; read++) {
    for (const [index, kube] of apis.entries()) {
      const began = performance.now();
      await kube.get(ConfigMap, name, namespace);
      times[index]?.push(performance.now() - began);
    }
  }
  return times.map((each) => percentile(each, 99));
}

/** The smallest of these values that at least so many percent of them do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil((values.length * percent) / 100) - 1] ?? 0;
}
