import type { Controller } from "../../kube/controller.ts";
import { Service } from "../../kube/kinds.ts";
import { addressesOf, assignAddress, wantsAddress } from "./assign-address.ts";

/**
 * Gives each Service of type LoadBalancer an address of `pool` (a CIDR). The machine answers for all addresses of its
 * pool anyway (see `load-balancer-addresses.service`), and kube-proxy sends on what arrives there.
 */
export function loadBalancerController(pool: string): Controller<Service> {
  const setAddress = (service: Service, address: string | undefined) => {
    if (addressesOf(service).join() === (address ?? "")) return;
    Object.assign(service, {
      status: { ...service.status, loadBalancer: { ingress: address ? [{ ip: address }] : [] } },
    });
  };
  return {
    name: "load-balancer",
    kind: Service,
    // One at a time, so that no two are given the same address.
    workers: 1,
    async reconcile(service, { kube }) {
      if (service.spec?.type !== "LoadBalancer") return setAddress(service, undefined);
      if (!wantsAddress(service) || service.metadata?.deletionTimestamp) return;
      const others = (await kube.list(Service)).filter(({ metadata }) => metadata?.uid !== service.metadata?.uid);
      setAddress(service, assignAddress(service, others, pool));
    },
  };
}
