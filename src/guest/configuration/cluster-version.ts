import type { Facts } from "../facts.ts";
import { type Singleton, singleton } from "./singleton.ts";

/** What version the cluster is to have. Its status is kept by the cluster-version loop. */
export function clusterVersion({ spec, release }: Facts): Singleton {
  return singleton(
    "ClusterVersion",
    {
      clusterID: spec.clusterID ?? "",
      ...(spec.channel && { channel: spec.channel }),
      ...(spec.updateService && { upstream: spec.updateService }),
      desiredUpdate: { image: release.pullSpec, version: release.version, force: true },
    },
    undefined,
    "version",
  );
}
