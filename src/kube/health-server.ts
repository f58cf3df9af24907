import { createServer, type ServerResponse } from "node:http";
import type { Check, Health } from "./health.ts";

/** Serves `/healthz`, `/readyz` and `/metrics` in plain HTTP until the signal aborts, for the kubelet and for Prometheus. */
export function startHealthServer(options: {
  port: number;
  health: Health;
  metrics: () => string;
  signal: AbortSignal;
}): Promise<{ port: number }> {
  const { health, metrics, signal } = options;
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    if (path === "/metrics") response.end(metrics());
    else if (path === "/healthz") answer(response, health.alive);
    else if (path === "/readyz") answer(response, health.ready);
    else response.writeHead(404).end();
  });
  signal.addEventListener("abort", () => server.close().closeAllConnections(), { once: true });
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(new Error(`Could not listen on port ${options.port}`, { cause })));
    server.listen(options.port, () => resolve({ port: (server.address() as { port: number }).port }));
  });
}

/** "ok", or what is wrong: the kubelet shows it in an Event of the pod. */
function answer(response: ServerResponse, checks: Iterable<Check>): void {
  const problems = [...checks].flatMap((check) => check() ?? []);
  response.writeHead(problems.length > 0 ? 503 : 200).end(problems.join("\n") || "ok");
}
