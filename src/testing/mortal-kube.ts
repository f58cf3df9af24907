import type { Kube } from "../kube/kube.ts";
import { overrideKube } from "../kube/override-kube.ts";
import type { Resource } from "../kube/resource.ts";

/** A client of a process that dies with one of the writes that change something. */
export interface MortalKube {
  kube: Kube;
  /** Resolves when the process dies, with the write it died at. */
  death: Promise<string>;
}

export interface MortalKubeOptions {
  /** The `last`-th write that changes something is the process's last. */
  last: number;
  /**
   * Whether that write still reaches the server, and nobody lives to hear of it; otherwise the process dies with the
   * next write in its hand. `last` is then more than 1, or no process would ever change anything.
   */
  reachesServer: boolean;
  /** The versions that were written last, shared by all the processes. */
  versions: Map<string, string | undefined>;
}

/**
 * Whatever the process would have sent beside its last write or after it is not sent. A write that changes nothing
 * ends nobody: the next process would send it again for ever. What tells these apart is `versions`.
 */
export function mortalKube(kube: Kube, { last, reachesServer, versions }: MortalKubeOptions): MortalKube {
  let changes = 0;
  let isDead = false;
  let die: (wrote: string) => void = () => {};
  const death = new Promise<string>((resolve) => {
    die = resolve;
  });
  // One write at a time: two at once would make it chance which of them was the last.
  let turn: Promise<unknown> = Promise.resolve();

  function end(when: string): never {
    isDead = true;
    die(when);
    throw new Error("The process died");
  }

  function write<T>(what: string, send: () => Promise<T>, isChange: (result: T) => boolean): Promise<T> {
    const done = turn.then(async () => {
      if (isDead) throw new Error("The process is dead");
      if (!reachesServer && changes === last - 1) return end(`before ${what}`);
      const result = await send();
      if (!isChange(result)) return result;
      changes++;
      return changes < last ? result : end(`after ${what}`);
    });
    turn = done.catch(() => {});
    return done;
  }

  /** Whether the object is another one than after the last write of any process. */
  function isNew<R extends Resource>(object: R): boolean {
    const { kind, metadata } = object;
    const key = `${kind}/${metadata?.namespace}/${metadata?.name}`;
    const known = versions.get(key);
    versions.set(key, metadata?.resourceVersion);
    return known !== metadata?.resourceVersion;
  }

  const nameOf = ({ kind, metadata }: Resource) => `${kind} ${metadata?.name}`;
  const mortal = overrideKube(kube, {
    create: (object, options) => write(`create ${nameOf(object)}`, () => kube.create(object, options), isNew),
    replace: (object, options) => write(`replace ${nameOf(object)}`, () => kube.replace(object, options), isNew),
    apply: (object, options) => write(`apply ${nameOf(object)}`, () => kube.apply(object, options), isNew),
    patch: (kind, name, namespace, patch, options) =>
      write(
        `patch ${options?.subresource ?? ""} ${kind.kind} ${name}`,
        () => kube.patch(kind, name, namespace, patch, options),
        isNew,
      ),
    delete: (kind, name, namespace, options) =>
      write(
        `delete ${kind.kind} ${name}`,
        () => kube.delete(kind, name, namespace, options),
        (wasThere) => wasThere,
      ),
  });
  return { kube: mortal, death };
}
