import { expect, test } from "vitest";
import { isBeingDeleted } from "../src/kube/finalizer.ts";
import { Pod } from "../src/kube/kinds.ts";
import type { Kube } from "../src/kube/kube.ts";
import { pause } from "../src/kube/pause.ts";
import { connect, managementKubeconfig } from "./environment.ts";

/** How long is watched what a settled program asks. */
const windowMs = 30_000;

interface Program {
  namespace: string;
  name: string;
  /** What it goes on asking when nothing changes: server, verb and resource. */
  asks: RegExp[];
}

const programs: Program[] = [
  { namespace: "hypershift", name: "operator", asks: [/ leases$/, / watch /] },
  {
    namespace: "clusters-demo",
    name: "control-plane-operator",
    asks: [
      / leases$/,
      / watch /,
      // Whether the hosted API server answers, and whether nodes are reached.
      /^hosted list nodes$/,
      /^hosted get pods\/log$/,
      // How far etcd has come, every few minutes.
      /^management apply configmaps$/,
    ],
  },
];

test("where nothing changes, the operators ask for nothing but their Leases and whether others still answer", async () => {
  const management = await connect(managementKubeconfig);
  const counts = async () => (await Promise.all(programs.map((program) => requestsOf(management, program)))).flat();
  expect((await counts()).length).toBeGreaterThan(20);
  const askedMeanwhile = async () => {
    const before = await counts();
    await pause(windowMs);
    return (await counts()).filter((count) => !before.includes(count));
  };
  // What the tests before did may still be settling.
  await expect.poll(askedMeanwhile, { timeout: 300_000 }).toEqual([]);
  management.close();
});

/** Each request that the program should not repeat, and how often it made it so far. */
async function requestsOf(management: Kube, { namespace, name, asks }: Program): Promise<string[]> {
  const pods = await management.list(Pod, { namespace, labels: { app: name } });
  const pod = pods.find((each) => !isBeingDeleted(each));
  const path = `/api/v1/namespaces/${namespace}/pods/${pod?.metadata?.name}:8081/proxy/metrics`;
  const { status, body } = await management.request("GET", path);
  expect(status, `metrics of ${name} in ${namespace}`).toBe(200);
  return [...body.matchAll(/^roost_requests_total\{server="(.*)",verb="(.*)",resource="(.*)"\} (\d+)$/gm)]
    .map(([, server, verb, resource, count]) => ({ request: `${server} ${verb} ${resource}`, count }))
    .filter(({ request }) => !asks.some((pattern) => pattern.test(request)))
    .map(({ request, count }) => `${name}: ${request}: ${count}`);
}
