import type { IgnitionConfig } from "./config.ts";
import { failure, type HttpRequest, type HttpResponse, type Serve } from "./https-server.ts";

/** What the server asks of the control plane's namespace. `H` is a machine's right to a configuration. */
export interface IgnitionSource<H> {
  /** Whether all tokens are known. */
  ready(): boolean;
  /** Who holds this token, from memory: tokens that nobody made are to cost nothing. */
  holderOf(token: string): H | undefined;
  /** Throws `NotReady` where a piece of it is not there yet, and gives nothing where the token is not good after all. */
  payload(holder: H, token: string): Promise<IgnitionConfig | undefined>;
  /** Called after a machine got its configuration. */
  reached(holder: H): Promise<void>;
}

/** A piece of the configuration is not there yet: machines try again. */
export class NotReady extends Error {}

/** Gives machines their configuration in exchange for the token of their node pool. */
export function ignitionServer<H>(source: IgnitionSource<H>): Serve {
  return async (request) => {
    if (request.path === "/healthz") return { status: 200, body: "ok" };
    if (request.path === "/readyz") return readiness(source);
    if (!/^\/ignition[^/ ]*$/.test(request.path)) return failure(404, "The configuration of nodes is at /ignition");
    if (request.method !== "GET" && request.method !== "HEAD") return failure(405, "Use GET");
    return configuration(request, source);
  };
}

/** Not of its health: a new start would not bring back an API server that is away. */
function readiness(source: Pick<IgnitionSource<unknown>, "ready">): HttpResponse {
  return source.ready() ? { status: 200, body: "ok" } : { status: 503, body: "Waiting for the list of tokens" };
}

async function configuration<H>(request: HttpRequest, source: IgnitionSource<H>): Promise<HttpResponse> {
  const token = bearerToken(request.headers.authorization);
  if (!token) return failure(401, "Show the token of the node pool: Authorization: Bearer <base64>");
  const holder = source.holderOf(token);
  if (!holder) return unknown();
  request.recognized();
  try {
    const config = await source.payload(holder, token);
    if (!config) return unknown();
    await source.reached(holder);
    return { status: 200, body: JSON.stringify(config), headers: { "cache-control": "no-store" } };
  } catch (error) {
    if (error instanceof NotReady) return failure(503, error.message);
    throw error;
  }
}

/** Ignition tries again after a status of 500 and above: the token may be so new that it is not known here yet. */
function unknown(): HttpResponse {
  return failure(511, "The token is not known (yet)");
}

function bearerToken(header: string | string[] | undefined): string | undefined {
  const encoded = typeof header === "string" ? /^Bearer ([A-Za-z0-9+/]+={0,2})$/.exec(header)?.[1] : undefined;
  return encoded ? Buffer.from(encoded, "base64").toString("utf8") || undefined : undefined;
}
