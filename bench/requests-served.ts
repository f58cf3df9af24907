import type { Kube } from "../src/kube/kube.ts";

/** How many requests this API server has answered since it began, watches that have ended among them. */
export async function requestsServed(kube: Kube): Promise<number> {
  const { status, body } = await kube.request("GET", "/metrics");
  if (status !== 200) throw new Error(`The API server answered ${status} to GET /metrics`);
  return countedIn(body);
}

/** The sum of `apiserver_request_total` in metrics of Prometheus' text format. */
export function countedIn(metrics: string): number {
  return metrics
    .split("\n")
    .filter((line) => line.startsWith("apiserver_request_total{"))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
