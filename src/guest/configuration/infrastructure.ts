import { hostPort } from "../../control-plane/endpoints.ts";
import type { Facts } from "../facts.ts";
import { domain } from "./domain.ts";
import { type Singleton, singleton } from "./singleton.ts";

/** What the cluster runs on. */
export function infrastructure(facts: Facts): Singleton {
  const { spec, endpoints } = facts;
  const type = platformType(facts);
  const address = endpoints.api && `https://${hostPort(endpoints.api)}`;
  return singleton(
    "Infrastructure",
    { cloudConfig: { name: "" }, platformSpec: { type } },
    {
      ...(address && { apiServerURL: address, apiServerInternalURI: address }),
      controlPlaneTopology: "External",
      infrastructureTopology: spec.infrastructureAvailabilityPolicy ?? "SingleReplica",
      etcdDiscoveryDomain: domain(facts),
      infrastructureName: spec.infraID,
      platform: type,
      platformStatus: { type },
    },
  );
}

/** Hosts of the Agent platform belong to no provider that software in the cluster could talk to. */
function platformType({ spec }: Facts): string {
  return spec.platform.type === "Agent" ? "None" : spec.platform.type;
}
