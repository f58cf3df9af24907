import { type Check, failed, passed, skipped } from "./check.ts";

/**
 * etcd has not gone back behind what was seen of it: whoever follows the API would take an older state for the newest,
 * and never hear of what comes until it is past the old mark.
 */
export const etcdRevision: Check = {
  name: "etcd-revision",
  title: "etcd is not behind the last revision seen",
  asks: "etcd",
  async run({ etcd: { client, hosts, highestRevision } }) {
    const statuses = await Promise.all(Object.values(hosts).map((host) => client.status(host)));
    const revision = Math.max(...statuses.map((status) => status.revision));
    if (!highestRevision) return skipped(`etcd is at revision ${revision}; no earlier one is on record`);
    const seen = `and ${highestRevision} is on record`;
    return revision >= highestRevision
      ? passed(`etcd is at revision ${revision}, ${seen}`)
      : failed(`etcd is at revision ${revision}, ${seen}: who follows the API has seen what is not there any more`);
  },
};
