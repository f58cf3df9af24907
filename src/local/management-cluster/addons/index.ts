import type { Resource } from "../../../kube/resource.ts";
import type { Cluster } from "../cluster.ts";
import { coredns } from "./coredns.ts";
import { externalDns } from "./external-dns.ts";
import { localCloud } from "./local-cloud.ts";
import { localPathProvisioner } from "./local-path-provisioner.ts";
import { namespace } from "./namespace.ts";

/** Image of a component of the release by its name. */
export type Images = (component: string) => string;

/** What a management cluster needs beside Kubernetes itself, in the order in which it is applied. */
export function addons(cluster: Cluster, image: Images): Resource[] {
  return [
    namespace,
    ...coredns(cluster, image("coredns")),
    ...localCloud(cluster, image("local-cloud")),
    ...localPathProvisioner(image("local-path-provisioner"), image("cli")),
    ...externalDns(cluster, image("external-dns")),
  ];
}
