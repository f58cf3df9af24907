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
   * be read to its end. Rejects with `RegistryError` on any answer that is neither 2xx nor expected.
   */
  send(path: string, request?: RegistryRequest): Promise<IncomingMessage>;
}

const idleTimeout = 60_000;

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
    if (service) url.searchParams.set("service", service);
    url.searchParams.set("scope", scope ?? `repository:${repository}:pull`);
    // A password goes over TLS, or where the caller chose to do without.
    const trusted = url.protocol === "https:" || access.plainHttp;
    authorization = undefined;
    const headers = credentials && trusted ? { authorization: basic(credentials) } : undefined;
    const answer = await exchange(url, { headers, signal });
    const text = await textOf(answer);
    if (answer.statusCode !== 200) return false;
    const { token, access_token } = JSON.parse(text) as { token?: string; access_token?: string };
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
      if (status === 401 && !loggedIn) {
        loggedIn = true;
        answer.resume();
        if (await login(answer.headers["www-authenticate"] ?? "", request.signal)) continue;
        throw unauthorized();
      }
      if ([301, 302, 303, 307, 308].includes(status) && answer.headers.location) {
        answer.resume();
        url = new URL(answer.headers.location, url);
        continue;
      }
      throw await refusal(status, answer);
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

  async function refusal(status: number, answer: IncomingMessage): Promise<RegistryError> {
    const text = (await textOf(answer)).slice(0, 300).replaceAll(/\s+/g, " ").trim();
    if (status === 401 || status === 403) return unauthorized();
    if (status === 404) {
      return new RegistryError(
        "ImageNotFound",
        `The registry ${registry} does not know what was asked for in ${repository}; check the image's name.`,
      );
    }
    return new RegistryError(
      "UnexpectedAnswer",
      `The registry ${registry} answers ${status} for ${repository} (${text || "no text"}); try again later.`,
    );
  }

  return { name, send };
}

/** Reads an answer to its end. */
export async function textOf(answer: IncomingMessage): Promise<string> {
  return Buffer.concat(await answer.toArray()).toString();
}

/** Reads a `WWW-Authenticate` header. */
export function parseChallenge(header: string): { scheme: string; realm?: string; service?: string; scope?: string } {
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
