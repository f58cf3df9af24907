import { createServer, type Server } from "node:net";

/** Below those that the kernel gives to connections and to whoever asks for any: nobody gets one by chance meanwhile. */
const [first, last] = [20_000, 32_000];

/** That many different loopback ports that nothing listened on a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenSomewhere));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function listenSomewhere(): Promise<Server> {
  for (;;) {
    const port = first + Math.floor(Math.random() * (last - first));
    const server = await listen(port);
    if (server) return server;
  }
}

/** Nothing where the port is taken. */
const listen = (port: number) =>
  new Promise<Server | undefined>((resolve, reject) => {
    const server = createServer();
    server.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
