import { countObjects } from "../etcd/count-objects.ts";
import { type Check, failed, passed, skipped } from "./check.ts";
import { named } from "./on-some-nodes.ts";

/** What etcd itself removes after its time. */
const passing = ["events", "masterleases", "peerserverleases"];

/**
 * There are as many objects as the manifest of the backup says, exactly: it is compared while nothing but etcd runs, so
 * nothing can have been written since.
 */
export const objectCounts: Check = {
  name: "object-counts",
  title: "There are as many objects as in the backup",
  asks: "etcd",
  async run({ etcd: { client, hosts }, objectCounts: expected }) {
    if (!expected) return skipped("There is no backup to compare with");
    const [host = ""] = Object.values(hosts);
    const { revision } = await client.status(host);
    const found = await countObjects(client, host, revision);
    const resources = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
    const differing = resources
      .filter((resource) => !passing.includes(resource) && (expected[resource] ?? 0) !== (found[resource] ?? 0))
      .map((resource) => `${found[resource] ?? 0} ${resource} in place of ${expected[resource] ?? 0}`);
    const total = Object.values(found).reduce((sum, count) => sum + count, 0);
    return differing.length > 0
      ? failed(`There are ${named(differing)}`)
      : passed(`There are ${total} objects, as in the backup`);
  },
};
