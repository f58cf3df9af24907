import type { Log } from "../../kube/controller.ts";
import type { Kube } from "../../kube/kube.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { loadBalancerController } from "./controller.ts";

export interface LoadBalancerOptions {
  /** The addresses to give out, as a CIDR; its first and last are left out. */
  pool: string;
  kube: Kube;
  log: Log;
  signal: AbortSignal;
}

/** The program `load-balancer`: stands in for a cloud's load balancers in a management cluster of ours. */
export async function runLoadBalancer({ pool, kube, log, signal }: LoadBalancerOptions): Promise<void> {
  await runControllers([loadBalancerController(pool)], { kube, log, signal });
}
