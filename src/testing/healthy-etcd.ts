import { memberHost } from "../control-plane/etcd/members.ts";
import type { Observation } from "../etcd/observe-members.ts";

/** What members say that agree, lead and have nothing to complain of; for controllers where no etcd runs. */
export function healthyObservation(names: string[], namespace = "clusters-demo"): Observation {
  const members = names.map((name, i) => ({
    id: `${i + 1}a`,
    name,
    peerURLs: [`https://${memberHost(name, namespace)}:2380`],
    isLearner: false,
  }));
  return Object.fromEntries(
    members.map(({ id, name }) => [
      name,
      {
        clusterID: "c1",
        memberID: id,
        leader: "1a",
        isLearner: false,
        revision: 100,
        alarms: [],
        databaseBytes: 1e6,
        usedBytes: 9e5,
        quotaBytes: 4 * 1024 ** 3,
        members,
      },
    ]),
  );
}

/** As `EtcdFollower` would say it, without asking anybody. */
export function followedEtcd(observed: Observation) {
  return {
    latest: observed,
    toActOn: observed,
    revisionBefore: undefined,
    revisionToKeep: () => undefined,
    client: undefined,
    compacted: undefined,
    follow() {},
    renew() {},
  };
}
