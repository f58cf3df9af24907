import type { Readable } from "node:stream";
import { ApiError, isNotFound, isNotServed, NotServed } from "./api-error.ts";
import type { Connection } from "./connection.ts";
import type { ReplaceableKube } from "./create-kube.ts";
import { Discovery, groupPath } from "./discovery.ts";
import { endedWithin } from "./ended-within.ts";
import type { Kind } from "./kind.ts";
import type {
  ApplyOptions,
  CallOptions,
  DeleteOptions,
  GetOptions,
  ListOptions,
  PatchOptions,
  PatchType,
  Picking,
  RequestOptions,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "./kube.ts";
import { parseKubeconfig } from "./kubeconfig.ts";
import type { Resource } from "./resource.ts";
import { type Answer, type Call, Transport, type TransportOptions } from "./transport.ts";
import { type Page, watch } from "./watch.ts";

interface ObjectList<R> {
  items?: R[];
  metadata?: { resourceVersion?: string; continue?: string };
}

const patchTypes: Record<PatchType | "apply", string> = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
  // JSON is YAML.
  apply: "application/apply-patch+yaml",
};

const pageSize = 500;
/** Of objects that may be as large as an API server allows, 1.5 MiB each. */
const shortPage = 25;
/** How much longer than asked for a watch may go on before it counts as dead. */
const overtimeSeconds = 30;
/** A list may be large, and a server that has just started slow. */
const listTimeoutMs = 60_000;

/** `Kube` over HTTP. Made by `createKube`. */
export class Client implements ReplaceableKube {
  readonly #transport: Transport;
  readonly #discovery: Discovery;
  readonly #fieldManager: string;
  #namespace: string | undefined;

  constructor(connection: Connection, options: TransportOptions & { fieldManager: string }) {
    this.#transport = new Transport(connection, options);
    this.#discovery = new Discovery((path) => this.#transport.send({ method: "GET", path }));
    this.#fieldManager = options.fieldManager;
    this.#namespace = connection.namespace;
  }

  get server(): string {
    return this.#transport.server;
  }

  get namespace(): string | undefined {
    return this.#namespace;
  }

  async useKubeconfig(text: string, context?: string): Promise<void> {
    const connection = await parseKubeconfig(text, { context });
    this.#transport.replace(connection);
    this.#namespace = connection.namespace;
  }

  async get<R extends Resource>(
    kind: Kind<R>,
    name: string,
    namespace?: string,
    { signal, optional }: GetOptions = {},
  ): Promise<R | undefined> {
    const path = objectPath(kind, namespace, name);
    try {
      return await this.#json<R>(kind, `get ${describe(kind, name, namespace)}`, { method: "GET", path, signal });
    } catch (error) {
      if (isNotFound(error) || (optional && isNotServed(error))) return undefined;
      throw error;
    }
  }

  async list<R extends Resource>(kind: Kind<R>, options: ListOptions & Picking<R> = {}): Promise<R[]> {
    const page = await this.#list(kind, options);
    if (page) return page.items;
    if (options.optional) return [];
    throw this.#notServed(`list ${kind.plural}`, kind);
  }

  async create<R extends Resource>(object: R, options: WriteOptions = {}): Promise<R> {
    const kind = await this.#kindFor(object);
    const { name, generateName, namespace } = object.metadata ?? {};
    return this.#write(`create ${describe(kind, name ?? `${generateName}*`, namespace)}`, object, {
      ...bounds(options),
      method: "POST",
      path: `${objectPath(kind, namespace)}?${this.#writeQuery(options)}`,
    });
  }

  async replace<R extends Resource>(object: R, options: WriteOptions = {}): Promise<R> {
    const kind = await this.#kindFor(object);
    const { name = "", namespace } = object.metadata ?? {};
    return this.#write(`replace ${describe(kind, name, namespace)}`, object, {
      ...bounds(options),
      method: "PUT",
      path: `${objectPath(kind, namespace, name, options.subresource)}?${this.#writeQuery(options)}`,
    });
  }

  #writeQuery({ dryRun }: WriteOptions): URLSearchParams {
    return new URLSearchParams({ fieldManager: this.#fieldManager, ...(dryRun && { dryRun: "All" }) });
  }

  async apply<R extends Resource>(object: R, options: ApplyOptions = {}): Promise<R> {
    const kind = await this.#kindFor(object);
    const { name = "", namespace } = object.metadata ?? {};
    const query = new URLSearchParams({ fieldManager: options.fieldManager ?? this.#fieldManager, force: "true" });
    if (options.dryRun) query.set("dryRun", "All");
    return this.#write(`apply ${describe(kind, name, namespace)}`, withoutManagedFields(object), {
      ...bounds(options),
      method: "PATCH",
      path: `${objectPath(kind, namespace, name, options.subresource)}?${query}`,
      headers: { "content-type": patchTypes.apply },
    });
  }

  async patch<R extends Resource>(
    kind: Kind<R>,
    name: string,
    namespace: string | undefined,
    patch: unknown,
    options: PatchOptions = {},
  ): Promise<R> {
    const manager = encodeURIComponent(this.#fieldManager);
    return this.#json<R>(kind, `patch ${describe(kind, name, namespace)}`, {
      ...bounds(options),
      method: "PATCH",
      path: `${objectPath(kind, namespace, name, options.subresource)}?fieldManager=${manager}`,
      headers: { "content-type": patchTypes[options.type ?? "merge"] },
      body: patch,
    });
  }

  async delete(kind: Kind, name: string, namespace?: string, options: DeleteOptions = {}): Promise<boolean> {
    try {
      await this.#json(kind, `delete ${describe(kind, name, namespace)}`, {
        ...bounds(options),
        method: "DELETE",
        path: objectPath(kind, namespace, name),
        body: {
          apiVersion: "v1",
          kind: "DeleteOptions",
          propagationPolicy: options.propagation ?? "Background",
          ...(options.uid && { preconditions: { uid: options.uid } }),
          ...(options.gracePeriodSeconds !== undefined && { gracePeriodSeconds: options.gracePeriodSeconds }),
        },
      });
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      // The object meant is not there any more; another has its name.
      if (options.uid && error instanceof ApiError && error.status === 409) return false;
      throw error;
    }
  }

  async watch<R extends Resource>(kind: Kind<R>, options: WatchOptions<R>): Promise<void> {
    const source = {
      list: () => this.#list(kind, options),
      version: () => this.#version(kind, options),
      follow: (resourceVersion: string, timeoutSeconds: number) =>
        this.#follow(kind, options, resourceVersion, timeoutSeconds),
    };
    const { pick = (object) => object } = options;
    const onEvent = ({ type, object }: WatchEvent<R>) =>
      options.onEvent({ type, object: Object.assign(pick(object), named(kind)) });
    await watch(source, { ...options, onEvent });
  }

  kindOf(apiVersion: string, kind: string): Promise<Kind | undefined> {
    return this.#discovery.kindOf(apiVersion, kind);
  }

  async request(
    method: string,
    path: string,
    { body, headers, maxBytes, ...options }: RequestOptions = {},
  ): Promise<{ status: number; body: string }> {
    const answer = await this.#send({ ...bounds(options), method, path, body, headers, maxBytes });
    return { status: answer.status, body: answer.body };
  }

  close(): void {
    this.#transport.close();
  }

  async #list<R extends Resource>(kind: Kind<R>, options: ListOptions & Picking<R>): Promise<Page<R> | undefined> {
    this.#discovery.learn(kind);
    const items: R[] = [];
    const query = selectors(options);
    const { pick = (object) => object } = options;
    query.set("limit", String(options.pick ? shortPage : pageSize));
    for (;;) {
      const list = await this.#page(kind, options, query);
      if (!list) return undefined;
      for (const item of list.items ?? []) items.push(Object.assign(pick(item), named(kind)));
      const next = list.metadata?.continue;
      if (!next) return { items, resourceVersion: list.metadata?.resourceVersion ?? "" };
      query.set("continue", next);
    }
  }

  async #version<R extends Resource>(kind: Kind<R>, options: ListOptions): Promise<string | undefined> {
    const query = selectors(options);
    query.set("limit", "1");
    const list = await this.#page(kind, { ...options, metadataOnly: true }, query);
    return list?.metadata?.resourceVersion;
  }

  /** Nothing where the server does not serve the kind. */
  async #page<R extends Resource>(
    kind: Kind<R>,
    { namespace, metadataOnly: isBare, signal }: ListOptions,
    query: URLSearchParams,
  ): Promise<ObjectList<R> | undefined> {
    const answer = await this.#send({
      method: "GET",
      path: `${collectionPath(kind, namespace)}?${query}`,
      headers: isBare ? { accept: metadataOnly("PartialObjectMetadataList") } : undefined,
      signal,
      timeoutMs: listTimeoutMs,
    });
    return answer.status === 404 ? undefined : parse<ObjectList<R>>(`list ${kind.plural}`, answer);
  }

  async #follow<R extends Resource>(
    kind: Kind<R>,
    options: WatchOptions<R>,
    resourceVersion: string,
    timeoutSeconds: number,
  ): Promise<Readable> {
    const query = selectors(options);
    query.set("watch", "true");
    query.set("allowWatchBookmarks", "true");
    query.set("resourceVersion", resourceVersion);
    query.set("timeoutSeconds", String(timeoutSeconds));
    const { status, stream } = await this.#transport.open({
      method: "GET",
      path: `${collectionPath(kind, options.namespace)}?${query}`,
      headers: options.metadataOnly ? { accept: metadataOnly("PartialObjectMetadata") } : undefined,
      signal: options.signal,
    });
    if (status === 200) return endedWithin(stream, (timeoutSeconds + overtimeSeconds) * 1000);
    stream.setEncoding("utf8");
    let body = "";
    for await (const chunk of stream) body += chunk;
    throw new ApiError(`watch ${kind.plural}`, status, body);
  }

  #write<R extends Resource>(asked: string, object: R, call: Omit<Call, "body">): Promise<R> {
    return this.#json<R>(object, asked, { ...call, body: object });
  }

  /** An answer about objects of this kind. Where the server has no such path, that is: no such kind, the error says so. */
  async #json<R>(kind: Served, asked: string, call: Omit<Call, "body"> & { body?: unknown }): Promise<R> {
    const answer = await this.#send(call);
    if (answer.status === 404 && isUnserved(answer.body)) {
      this.#discovery.forget(kind.apiVersion ?? "");
      throw this.#notServed(asked, kind);
    }
    return parse<R>(asked, answer);
  }

  #send({ body, headers, ...call }: Omit<Call, "body"> & { body?: unknown }): Promise<Answer> {
    if (body === undefined) return this.#transport.send({ ...call, headers });
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return this.#transport.send({ ...call, headers: { "content-type": "application/json", ...headers }, body: text });
  }

  async #kindFor(object: Resource): Promise<Kind> {
    const { apiVersion = "", kind = "" } = object;
    const found = await this.#discovery.pathKind(apiVersion, kind);
    if (found) return found;
    const name = object.metadata?.name ?? object.metadata?.generateName;
    throw this.#notServed(`write ${kind} ${name}`, object);
  }

  #notServed(asked: string, { apiVersion, kind }: Served): NotServed {
    const found = `${this.server} does not serve ${kind} of ${apiVersion}, install its CustomResourceDefinition first`;
    return new NotServed(asked, 404, found);
  }
}

type Served = Pick<Resource, "apiVersion" | "kind">;

const bounds = ({ signal, admit }: CallOptions): CallOptions => ({ signal, admit });

/** The path of an object, of one of its subresources, or (without a name) of all objects in its namespace. */
function objectPath(kind: Kind, namespace: string | undefined, name?: string, subresource?: string): string {
  if (kind.namespaced && !namespace) {
    throw new Error(`${kind.kind} "${name}" is in a namespace: say in which`);
  }
  const path = collectionPath(kind, kind.namespaced ? namespace : undefined);
  if (name === undefined) return path;
  if (name === "") throw new Error(`The name of the ${kind.kind} is missing`);
  return `${path}/${encodeURIComponent(name)}${subresource ? `/${subresource}` : ""}`;
}

function collectionPath(kind: Kind, namespace: string | undefined): string {
  const inNamespace = kind.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${groupPath(kind.apiVersion)}${inNamespace}/${kind.plural}`;
}

function selectors({ labels, fields }: ListOptions): URLSearchParams {
  const query = new URLSearchParams();
  if (labels) query.set("labelSelector", pairs(labels));
  if (fields) query.set("fieldSelector", pairs(fields));
  return query;
}

const pairs = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");

const metadataOnly = (as: string) => `application/json;as=${as};g=meta.k8s.io;v=v1`;

const named = ({ apiVersion, kind }: Kind) => ({ apiVersion, kind });

const describe = (kind: Kind, name: string, namespace?: string) =>
  `${kind.kind} ${namespace && kind.namespaced ? `${namespace}/` : ""}${name}`;

function withoutManagedFields<R extends Resource>(object: R): R {
  if (!object.metadata || !("managedFields" in object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata as Record<string, unknown>;
  return { ...object, metadata };
}

/** An answer about a path, not about an object. */
const isUnserved = (body: string) =>
  body.startsWith("404 page not found") || body.includes("the server could not find the requested resource");

function parse<R>(asked: string, { status, body }: Answer): R {
  if (status < 200 || status > 299) throw new ApiError(asked, status, body);
  return JSON.parse(body) as R;
}
