import type { Resource } from "../../../kube/resource.ts";
import type { Cluster } from "../cluster.ts";
import { coredns } from "./coredns.ts";
import { externalDns } from "./external-dns.ts";
import { loadBalancer } from "./load-balancer.ts";
import { namespace } from "./namespace.ts";
import { storage } from "./storage.ts";

/** Image of a component of the release by its name. */
export type Images = (component: string) => string;

/** What a management cluster needs beside Kubernetes itself, in the order in which it is applied. */
export function addons(cluster: Cluster, image: Images): Resource[] {
  return [
    namespace,
    ...coredns(cluster, image("coredns")),
    ...storage(image("local-path-provisioner"), image("cli")),
    ...loadBalancer(cluster, image("roost")),
    ...externalDns(cluster, image("external-dns")),
  ];
}
