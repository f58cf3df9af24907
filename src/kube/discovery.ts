import type { Kind } from "./kind.ts";
import * as kinds from "./kinds.ts";

interface ApiResourceList {
  resources?: { name: string; kind: string; namespaced: boolean }[];
}

/** The path under which the API server serves a group and version. */
export const groupPath = (apiVersion: string) =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** Remembers what one API server serves. */
export class Discovery {
  readonly #ask: (path: string) => Promise<{ status: number; body: string }>;
  readonly #served = new Map<string, Promise<Kind[]>>();
  /** Where objects of a kind are, for kinds that need no asking: those of Kubernetes, and those once used. */
  readonly #paths = new Map<string, Kind>();

  constructor(ask: (path: string) => Promise<{ status: number; body: string }>) {
    this.#ask = ask;
    for (const kind of Object.values(kinds)) this.learn(kind);
  }

  /** The code names this kind itself. Says nothing on whether the server has it. */
  learn(kind: Kind): void {
    this.#paths.set(`${kind.apiVersion}/${kind.kind}`, kind);
  }

  /** Where objects of this kind are, whether or not the server has it; nothing where only the server could know. */
  async pathKind(apiVersion: string, kind: string): Promise<Kind | undefined> {
    return this.#paths.get(`${apiVersion}/${kind}`) ?? (await this.kindOf(apiVersion, kind));
  }

  /** The kind as the server serves it. What it does not serve is asked for anew each time. */
  async kindOf(apiVersion: string, kind: string): Promise<Kind | undefined> {
    const find = (served: Kind[]) => served.find((candidate) => candidate.kind === kind);
    const remembered = this.#served.get(apiVersion);
    const known = remembered && find(await remembered);
    if (known) return known;
    if (this.#served.get(apiVersion) === remembered) this.#refresh(apiVersion);
    return find((await this.#served.get(apiVersion)) ?? []);
  }

  /** The server said that it does not serve this: ask again next time. */
  forget(apiVersion: string): void {
    this.#served.delete(apiVersion);
  }

  #refresh(apiVersion: string): void {
    const asked = this.#fetch(apiVersion);
    this.#served.set(apiVersion, asked);
    asked.catch(() => {
      if (this.#served.get(apiVersion) === asked) this.#served.delete(apiVersion);
    });
  }

  async #fetch(apiVersion: string): Promise<Kind[]> {
    const { status, body } = await this.#ask(groupPath(apiVersion));
    if (status === 404) return [];
    if (status !== 200) throw new Error(`Could not learn what ${apiVersion} consists of: HTTP status ${status}`);
    const { resources = [] } = JSON.parse(body) as ApiResourceList;
    return resources
      .filter(({ name }) => !name.includes("/"))
      .map(({ name, kind, namespaced }) => ({ apiVersion, kind, plural: name, namespaced }));
  }
}
