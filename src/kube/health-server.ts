import { createServer } from "node:http";

/** Serves `/healthz` and `/metrics` in plain HTTP until the signal aborts, for the kubelet and for Prometheus. */
export function startHealthServer(options: {
  port: number;
  metrics: () => string;
  signal: AbortSignal;
}): Promise<{ port: number }> {
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    if (path === "/metrics") response.end(options.metrics());
    else if (path === "/healthz" || path === "/readyz") response.end("ok");
    else response.writeHead(404).end();
  });
  options.signal.addEventListener("abort", () => server.close().closeAllConnections(), { once: true });
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(new Error(`Could not listen on port ${options.port}`, { cause })));
    server.listen(options.port, () => resolve({ port: (server.address() as { port: number }).port }));
  });
}
