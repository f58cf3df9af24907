import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Stands between a client and a server, and can hang: it takes connections and bytes, and passes nothing on. */
export interface HangingProxy {
  /** `https://127.0.0.1:port` */
  url: string;
  hang(): void;
  close(): void;
}

/** A proxy before that server (`https://host:port`). */
export async function hangingProxy(server: string): Promise<HangingProxy> {
  const { hostname, port } = new URL(server);
  const sockets = new Set<Socket>();
  let hangs = false;
  const proxy = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("data", (chunk) => {
        if (!hangs) to.write(chunk);
      });
      from.on("close", () => {
        if (!hangs) to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", () => resolve()));
  return {
    url: `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    hang: () => {
      hangs = true;
    },
    close: () => {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
