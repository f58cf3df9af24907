import { type Agent as HttpAgent, request } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect } from "node:tls";

/** Makes an agent reach its servers through an HTTP proxy, by CONNECT. */
export function connectThroughProxy(agent: HttpAgent | HttpsAgent, proxy: string, tls: ConnectionOptions): void {
  const url = new URL(proxy);
  if (url.protocol !== "http:") {
    throw new Error(`The proxy ${url.host} of the kubeconfig is of type ${url.protocol} use one of type http:`);
  }
  const authorization = url.username && `Basic ${btoa(decodeURIComponent(`${url.username}:${url.password}`))}`;
  agent.createConnection = (options: object, done?: (error: Error | null, socket: Duplex) => void) => {
    const { host, port } = options as { host: string; port: number };
    const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    const ask = request({
      host: url.hostname,
      port: url.port || 80,
      method: "CONNECT",
      path: target,
      headers: authorization ? { host: target, "proxy-authorization": authorization } : { host: target },
    });
    ask.on("connect", (answer, socket) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        return done?.(new Error(`the proxy ${url.host} answers ${answer.statusCode}`), socket);
      }
      const secured = connect({ ...tls, socket, host, servername: tls.servername ?? (isIP(host) ? "" : host) });
      secured.once("secureConnect", () => done?.(null, secured));
      secured.once("error", (error) => done?.(error, secured));
    });
    ask.on("error", (error) => done?.(error, undefined as unknown as Duplex));
    ask.end();
    return undefined;
  };
}
