import type { EtcdClient } from "../../etcd/etcd-client.ts";

/** What kube-apiserver puts before all keys (`--etcd-prefix`). */
const prefix = "/kubernetes.io/";
const pageSize = 1_000;

/**
 * How many objects of each resource there were at a revision: keys only, in pages, by one member alone, so that nobody
 * has to wait for it.
 */
export async function countObjects(
  client: Pick<EtcdClient, "call">,
  host: string,
  revision: number,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let from = prefix;
  for (;;) {
    const answer = await client.call<RangeAnswer>(host, "kv/range", {
      key: base64(from),
      range_end: base64(afterPrefix),
      limit: pageSize,
      revision,
      keys_only: true,
      serializable: true,
    });
    const keys = (answer.kvs ?? []).map(({ key }) => Buffer.from(key, "base64").toString());
    for (const key of keys) {
      const resource = resourceOf(key);
      counts[resource] = (counts[resource] ?? 0) + 1;
    }
    const last = keys.at(-1);
    if (!answer.more || last === undefined) return counts;
    from = `${last}\0`;
  }
}

/**
 * The resource that a key of kube-apiserver is an object of, by the path it has there: `pods`, `services/specs`, and
 * with a group where that is part of the path, as for all custom resources: `apiextensions.k8s.io/customresourcedefinitions`.
 */
export function resourceOf(key: string): string {
  const [first = "", second = ""] = key.slice(prefix.length).split("/");
  return first.includes(".") || first === "services" ? `${first}/${second}` : first;
}

/** Numbers of 64 bits come as text, and what is false or empty does not come at all. */
interface RangeAnswer {
  kvs?: { key: string }[];
  more?: boolean;
}

/** The first key that does not begin with the prefix. */
const afterPrefix = `${prefix.slice(0, -1)}0`;
const base64 = (text: string) => Buffer.from(text).toString("base64");
