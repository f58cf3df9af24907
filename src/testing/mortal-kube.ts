import type { Kube } from "../kube/kube.ts";
import { overrideKube } from "../kube/override-kube.ts";
import type { Resource } from "../kube/resource.ts";

/** A client of a process that dies with one of the writes that change something. */
export interface MortalKube {
  kube: Kube;
  /** Resolves with what was written when the process dies. */
  death: Promise<string>;
}

/**
 * The `last`-th write that changes something is the process's last: it reaches the server, and nobody lives to hear of it; whatever the process would have sent beside it or
 * after it is not sent. A write that changes nothing ends nobody: the next process would send it again for ever. What
 * tells these apart is `versions`, which all the processes share.
 */
export function mortalKube(kube: Kube, last: number, versions: Map<string, string | undefined>): MortalKube {
  let changes = 0;
  let die: (wrote: string) => void = () => {};
  const death = new Promise<string>((resolve) => {
    die = resolve;
  });
  // One write at a time: two at once would make it chance which of them was the last.
  let turn: Promise<unknown> = Promise.resolve();

  function write<T>(what: string, send: () => Promise<T>, isChange: (result: T) => boolean): Promise<T> {
    const done = turn.then(async () => {
      if (changes >= last) throw new Error("The process is dead");
      const result = await send();
      if (!isChange(result)) return result;
      changes++;
      if (changes < last) return result;
      die(what);
      throw new Error("The process died");
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
