import { expect, test } from "vitest";
import { Health } from "./health.ts";
import { startHealthServer } from "./health-server.ts";

test("tells the kubelet what only a new start can mend, what is not there yet, and Prometheus what was counted", async () => {
  const stop = new AbortController();
  const health = new Health();
  const { port } = await startHealthServer({ port: 0, health, metrics: () => "passes 3\n", signal: stop.signal });
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return `${answer.status} ${await answer.text()}`;
  };
  expect([await ask("/healthz"), await ask("/readyz?verbose"), await ask("/metrics"), await ask("/")]).toEqual([
    "200 ok",
    "200 ok",
    "200 passes 3\n",
    "404 ",
  ]);
  let problem: string | undefined = "Passes do not end";
  health.alive.add(() => problem);
  health.ready.add(() => undefined);
  health.ready.add(() => "Waiting for a list");
  expect([await ask("/healthz"), await ask("/readyz")]).toEqual(["503 Passes do not end", "503 Waiting for a list"]);
  problem = undefined;
  expect(await ask("/healthz")).toBe("200 ok");
  stop.abort();
});
