import { type Check, failed, passed, skipped } from "./check.ts";

/** All members have the same data: their hashes at one revision are equal. */
export const etcdHash: Check = {
  name: "etcd-hash",
  title: "Every member of etcd has the same data",
  asks: "etcd",
  async run({ etcd: { client, hosts } }) {
    const names = Object.keys(hosts);
    // A member that is compacted between two answers has another hash of the same data: it is asked again.
    for (let attempt = 1; ; attempt++) {
      const statuses = await Promise.all(Object.values(hosts).map((host) => client.status(host)));
      const revision = Math.min(...statuses.map((status) => status.revision));
      const hashes = await Promise.all(Object.values(hosts).map((host) => client.hash(host, revision)));
      const compacted = new Set(hashes.map((each) => each.compactRevision));
      if (compacted.size > 1 && attempt < mostAttempts) continue;
      if (compacted.size > 1) {
        return failed(`The members of etcd are compacted at different revisions: ${[...compacted].join(", ")}`);
      }
      const [first] = hashes;
      const other = hashes.findIndex(({ hash }) => hash !== first?.hash);
      if (other > 0) {
        return failed(
          `${names[other]} has other data than ${names[0]}: at revision ${revision} their hashes are ${hashes[other]?.hash} and ${first?.hash}`,
        );
      }
      const found = `the hash at revision ${revision} is ${first?.hash}`;
      return names.length > 1
        ? passed(`On ${names.length} members ${found}`)
        : skipped(`There is one member; ${found}`);
    }
  },
};

const mostAttempts = 5;
