import type { EtcdFacts } from "./etcd-facts.ts";

/** The members that have the same data; nothing where there are no two. */
export function agreeing({ hashes = {} }: Pick<EtcdFacts, "hashes">): string[] {
  const names = Object.keys(hashes);
  const alike = (a: string) => names.filter((b) => isSame(hashes, a, b));
  return names.map(alike).find((group) => group.length > 1) ?? [];
}

/** The member that has other data than two that agree; nothing where its hash cannot be compared with theirs. */
export function oddOne(facts: Pick<EtcdFacts, "hashes">): string | undefined {
  const [first, ...more] = agreeing(facts);
  if (!first || more.length === 0) return undefined;
  const { hashes = {} } = facts;
  return Object.keys(hashes).find(
    (name) =>
      hashes[name]?.compactRevision === hashes[first]?.compactRevision && hashes[name]?.hash !== hashes[first]?.hash,
  );
}

function isSame(hashes: NonNullable<EtcdFacts["hashes"]>, a: string, b: string): boolean {
  return hashes[a]?.hash === hashes[b]?.hash && hashes[a]?.compactRevision === hashes[b]?.compactRevision;
}
