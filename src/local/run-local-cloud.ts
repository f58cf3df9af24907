import type { Log } from "../kube/controller.ts";
import type { Health } from "../kube/health.ts";
import type { Kube } from "../kube/kube.ts";
import { type Pass, runControllers } from "../kube/run-controllers.ts";
import { dnsRecords } from "./dns/dns-records.ts";
import { type KeepRecordsOptions, keepRecords } from "./dns/keep-records.ts";
import { loadBalancerController } from "./load-balancer/controller.ts";
import { enforceNetworkPolicies } from "./network-policy/enforce.ts";
import { claimController, volumeController } from "./volumes/controllers.ts";

export interface LocalCloudOptions {
  /** The addresses for Services of type LoadBalancer, as a CIDR; its first and last are left out. */
  pool: string;
  /** The directory of the node below which PersistentVolumes are. */
  volumes: string;
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  onPass?: (pass: Pass) => void;
  health?: Health;
  /** Gives the kernel the rules that enforce NetworkPolicies. */
  program: (rules: string) => Promise<void>;
  /** The domain below which Services have names, and how the DNS server is had to change its records. */
  dns: Pick<KeepRecordsOptions, "domain" | "update">;
}

/**
 * The program `local-cloud`: load balancers, their names, and disks, as of a cloud, and NetworkPolicies, as of the user's
 * CNI.
 */
export async function runLocalCloud({ pool, volumes, program, dns, ...options }: LocalCloudOptions): Promise<void> {
  const controllers = [loadBalancerController(pool), claimController(volumes), volumeController(volumes)];
  await Promise.all([
    runControllers(controllers, options),
    enforceNetworkPolicies({ ...options, program }),
    keepRecords({ ...options, ...dns, memory: dnsRecords }),
  ]);
}
