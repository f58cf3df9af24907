import type { Log } from "../kube/controller.ts";
import type { Kube } from "../kube/kube.ts";
import { type Pass, runControllers } from "../kube/run-controllers.ts";
import { loadBalancerController } from "./load-balancer/controller.ts";
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
}

/** The program `local-cloud`: stands in for what a cloud does for a management cluster, load balancers and disks. */
export async function runLocalCloud({ pool, volumes, ...options }: LocalCloudOptions): Promise<void> {
  await runControllers([loadBalancerController(pool), claimController(volumes), volumeController(volumes)], options);
}
