import { clusterNetworks, serviceNetworks } from "../../control-plane/control-plane.ts";
import type { Facts } from "../facts.ts";
import { domain } from "./domain.ts";
import { type Singleton, singleton } from "./singleton.ts";

/** The cluster's domain. */
export function clusterDns(facts: Facts): Singleton {
  const { publicZoneID, privateZoneID } = facts.spec.dns ?? {};
  return singleton("DNS", {
    baseDomain: domain(facts),
    ...(publicZoneID && { publicZone: { id: publicZoneID } }),
    ...(privateZoneID && { privateZone: { id: privateZoneID } }),
  });
}

/** The domain of the cluster's applications. */
export function clusterIngress(facts: Facts): Singleton {
  const wanted = facts.spec.configuration?.ingress;
  return singleton("Ingress", { ...wanted, domain: wanted?.domain || `apps.${domain(facts)}` });
}

/** The networks of pods and Services. */
export function clusterNetwork(facts: Facts): Singleton {
  const networks = {
    clusterNetwork: clusterNetworks(facts),
    serviceNetwork: serviceNetworks(facts),
    networkType: facts.spec.networking?.networkType ?? "OVNKubernetes",
  };
  return singleton("Network", { ...facts.spec.configuration?.network, ...networks }, networks);
}

/** The proxy that the cluster's software is to use. */
export function clusterProxy({ spec }: Facts): Singleton {
  const { httpProxy, httpsProxy, noProxy, ...rest } = spec.configuration?.proxy ?? {};
  const addresses = { ...(httpProxy && { httpProxy }), ...(httpsProxy && { httpsProxy }), ...(noProxy && { noProxy }) };
  return singleton("Proxy", { ...rest, ...addresses }, addresses);
}
