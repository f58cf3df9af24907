import { createHash, timingSafeEqual } from "node:crypto";
import type { IgnitionConfig } from "./config.ts";
import { failure, type HttpRequest, type HttpResponse, type Serve } from "./https-server.ts";

/** A machine's right to a configuration. */
export interface TokenHolder {
  /** Every token that opens it. */
  tokens: string[];
}

/** What the server asks of the control plane's namespace. */
export interface IgnitionSource<T extends TokenHolder> {
  /** Whether the first list of tokens is complete. */
  ready(): boolean;
  holders(): Iterable<T>;
  /** Throws `NotReady` where a piece of it is not there yet. */
  payload(holder: T): Promise<IgnitionConfig>;
  /** Called after a machine got its configuration. */
  reached(holder: T): Promise<void>;
}

/** A piece of the configuration is not there yet: machines try again. */
export class NotReady extends Error {}

/** Gives machines their configuration in exchange for the token of their node pool. */
export function ignitionServer<T extends TokenHolder>(source: IgnitionSource<T>): Serve {
  return async (request) => {
    if (request.path === "/healthz") return { status: 200, body: "ok" };
    if (request.path === "/readyz") return readiness(source);
    if (!/^\/ignition[^/ ]*$/.test(request.path)) return failure(404, "The configuration of nodes is at /ignition");
    if (request.method !== "GET" && request.method !== "HEAD") return failure(405, "Use GET");
    return configuration(request, source);
  };
}

/** Not of its health: a new start would not bring back an API server that is away. */
function readiness(source: Pick<IgnitionSource<TokenHolder>, "ready">): HttpResponse {
  return source.ready() ? { status: 200, body: "ok" } : { status: 503, body: "Waiting for the list of tokens" };
}

async function configuration<T extends TokenHolder>(
  request: HttpRequest,
  source: IgnitionSource<T>,
): Promise<HttpResponse> {
  const token = bearerToken(request.headers.authorization);
  if (!token) return failure(401, "Show the token of the node pool: Authorization: Bearer <base64>");
  const holder = holderOf(token, source.holders());
  // Ignition tries again after a status of 500 and above: the token may be so new that it is not known here yet.
  if (!holder) return failure(511, "The token is not known (yet)");
  request.recognized();
  try {
    const config = await source.payload(holder);
    await source.reached(holder);
    return { status: 200, body: JSON.stringify(config), headers: { "cache-control": "no-store" } };
  } catch (error) {
    if (error instanceof NotReady) return failure(503, error.message);
    throw error;
  }
}

function bearerToken(header: string | string[] | undefined): string | undefined {
  const encoded = typeof header === "string" ? /^Bearer ([A-Za-z0-9+/]+={0,2})$/.exec(header)?.[1] : undefined;
  return encoded ? Buffer.from(encoded, "base64").toString("utf8") || undefined : undefined;
}

/** Compares with every token there is, and in the same time whatever they are. */
function holderOf<T extends TokenHolder>(token: string, holders: Iterable<T>): T | undefined {
  const shown = digest(token);
  let found: T | undefined;
  for (const holder of holders) {
    for (const known of holder.tokens) {
      if (timingSafeEqual(shown, digest(known))) found = holder;
    }
  }
  return found;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
