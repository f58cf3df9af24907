import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIPv6, type LookupFunction } from "node:net";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { rootCertificates } from "node:tls";
import { type Credentials, credentialsFor } from "./pull-secret.ts";
import { RegistryError } from "./registry-error.ts";

/** How a registry is reached. */
export interface RegistryAccess {
  /** More authorities to trust (PEM), beside those that Node knows. */
  ca?: string;
  /** The text of a `.dockerconfigjson`. */
  pullSecret?: string;
  /** Speak HTTP without TLS. */
  plainHttp?: boolean;
  /** The registry's IP address, where its name cannot be looked up from here. */
  address?: string;
}

export interface RegistryRequest {
  method?: string;
  headers?: Record<string, string>;
  /** Made anew for each try, because a request may have to be repeated with a token. */
  body?: () => Readable | string;
  /** Answers beside 2xx that the caller deals with. */
  expect?: number[];
  signal?: AbortSignal;
}

/** One repository at one registry, over its HTTP API. */
export interface RegistryClient {
  /** `registry/repository`, for messages. */
  readonly name: string;
  /**
   * Sends a request; `path` is below `/v2/<repository>/`, or an address that the registry gave. The answer's body must
   * be read to its end. Rejects with `RegistryError` on any answer that is neither 2xx nor expected; what a registry
   * says beside its status is never repeated. Only the content of blobs may be elsewhere, and only where TLS protects
   * it: whoever names a registry must not choose what else this process asks.
   */
  send(path: string, request?: RegistryRequest): Promise<IncomingMessage>;
}

const idleTimeout = 60_000;
/** The largest answer to a log-in that is read. */
const mostOfToken = 1 << 16;

/** A client for `repository` at `registry` (`host[:port]`). Holds no connection open by itself. */
export function registryClient(registry: string, repository: string, access: RegistryAccess = {}): RegistryClient {
  const name = `${registry}/${repository}`;
  const base = `${access.plainHttp ? "http" : "https"}://${registry}`;
  const lookup = access.address ? lookupOf(access.address) : undefined;
  const ca = access.ca ? [...rootCertificates, access.ca] : undefined;
  const credentials = access.pullSecret ? credentialsFor(access.pullSecret, registry, repository) : undefined;
  let authorization: string | undefined;

  async function exchange(
    url: URL,
    { method = "GET", headers = {}, body, signal }: RegistryRequest,
  ): Promise<IncomingMessage> {
    const own = url.origin === new URL(base).origin;
    const allHeaders = { ...headers, ...(own && authorization ? { authorization } : {}) };
    const send = url.protocol === "http:" ? httpRequest : httpsRequest;
    try {
      return await new Promise<IncomingMessage>((resolve, reject) => {
        const request = send(url, { method, headers: allHeaders, ca, lookup, signal, timeout: idleTimeout }, resolve);
        request.on("error", reject);
        request.on("timeout", () => request.destroy(new Error(`no answer in ${idleTimeout / 1000} s`)));
        const content = body?.();
        if (content === undefined || typeof content === "string") request.end(content);
        else pipeline(content, request).catch(reject);
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new RegistryError(
        "RegistryUnreachable",
        `The registry ${url.host} cannot be reached (${reasonOf(error)}); check its name, the network and the certificate authority it is trusted by.`,
        { cause: error },
      );
    }
  }

  async function login(challenge: string, signal: AbortSignal | undefined): Promise<boolean> {
    const { scheme, realm, service, scope } = parseChallenge(challenge);
    if (scheme === "basic") {
      if (!credentials) return false;
      authorization = basic(credentials);
      return true;
    }
    if (scheme !== "bearer" || !realm) return false;
    const url = new URL(realm, base);
    if (url.protocol !== "https:" && !access.plainHttp) throw unprotected(url);
    if (service) url.searchParams.set("service", service);
    url.searchParams.set("scope", scope ?? `repository:${repository}:pull`);
    authorization = undefined;
    const headers = credentials ? { authorization: basic(credentials) } : undefined;
    const answer = await exchange(url, { headers, signal });
    if (answer.statusCode !== 200) {
      answer.destroy();
      return false;
    }
    const { token, access_token } = await jsonOf<{ token?: string; access_token?: string }>(
      answer,
      mostOfToken,
      `The registry ${registry} gives a token`,
    );
    authorization = `Bearer ${token ?? access_token}`;
    return true;
  }

  async function send(path: string, request: RegistryRequest = {}): Promise<IncomingMessage> {
    let url = /^https?:/.test(path)
      ? new URL(path)
      : new URL(path.startsWith("/") ? path : `/v2/${repository}/${path}`, base);
    let loggedIn = false;
    for (let hops = 0; hops < 6; hops++) {
      const answer = await exchange(url, request);
      const status = answer.statusCode ?? 0;
      if ((status >= 200 && status < 300) || request.expect?.includes(status)) return answer;
      answer.destroy();
      if (status === 401 && !loggedIn) {
        loggedIn = true;
        if (await login(answer.headers["www-authenticate"] ?? "", request.signal)) continue;
        throw unauthorized();
      }
      if ([301, 302, 303, 307, 308].includes(status) && answer.headers.location && isBlob(path, request)) {
        url = new URL(answer.headers.location, url);
        if (url.protocol !== "https:" && !access.plainHttp) throw unprotected(url);
        continue;
      }
      throw refusal(status);
    }
    throw new RegistryError(
      "UnexpectedAnswer",
      `The registry ${registry} redirects without end for ${name}; check its address.`,
    );
  }

  function unauthorized(): RegistryError {
    const what = credentials
      ? "its credentials in the pull secret"
      : "no credentials, because the pull secret has none for it";
    return new RegistryError(
      "Unauthorized",
      `The registry ${registry} refuses access to ${repository} with ${what}; add valid credentials for ${registry} to the pull secret.`,
    );
  }

  function unprotected(url: URL): RegistryError {
    return new RegistryError(
      "UnexpectedAnswer",
      `The registry ${registry} sends to ${url.protocol}//, which is not protected by TLS; check the registry's settings.`,
    );
  }

  function refusal(status: number): RegistryError {
    if (status === 401 || status === 403) return unauthorized();
    if (status === 404) {
      return new RegistryError(
        "ImageNotFound",
        `The registry ${registry} does not know what was asked for in ${repository}; check the image's name.`,
      );
    }
    return new RegistryError(
      // One that fails itself says nothing about what was asked for.
      status >= 500 ? "RegistryUnreachable" : "UnexpectedAnswer",
      `The registry ${registry} answers ${status} for ${repository}; look into its log, or try again later.`,
    );
  }

  return { name, send };
}

/** Only the content of a blob may be kept at another address than the registry's. */
function isBlob(path: string, { method = "GET" }: RegistryRequest): boolean {
  return path.startsWith("blobs/") && (method === "GET" || method === "HEAD");
}

/** Reads a JSON answer of at most so many bytes. `what` begins the sentence that says why it cannot be read. */
async function jsonOf<T>(answer: IncomingMessage, most: number, what: string): Promise<T> {
  try {
    return JSON.parse(await textOf(answer, most, what)) as T;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RegistryError("UnexpectedAnswer", `${what} that is not JSON; check the registry.`);
  }
}

/** Reads an answer of at most so many bytes. `what` begins the sentence that says why it cannot be read. */
export async function textOf(answer: IncomingMessage, most: number, what: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) {
      answer.destroy();
      throw new RegistryError("UnexpectedAnswer", `${what} of more than ${most >> 10} KiB; check the registry.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Reads a `WWW-Authenticate` header. */
function parseChallenge(header: string): { scheme: string; realm?: string; service?: string; scope?: string } {
  const [, scheme = "", rest = ""] = /^\s*(\w+)\s*(.*)$/.exec(header) ?? [];
  const parameters = [...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [
    key.toLowerCase(),
    value,
  ]);
  return { scheme: scheme.toLowerCase(), ...Object.fromEntries(parameters) };
}

function basic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}

function lookupOf(address: string): LookupFunction {
  const family = isIPv6(address) ? 6 : 4;
  return (_name, { all }, found) => (all ? found(null, [{ address, family }]) : found(null, address, family));
}
