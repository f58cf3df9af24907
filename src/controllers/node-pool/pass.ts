import type { ConditionUpdate } from "../../api/condition.ts";
import type { NodePoolConditionType } from "../../api/conditions.ts";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import type { NodePool } from "../../api/node-pool.ts";
import type { MachineConfig } from "../../ignition/machine-config.ts";
import type { Context } from "../../kube/controller.ts";
import type { Platform } from "../../platforms/platform.ts";
import type { KeptRelease } from "../../release/release.ts";
import type { Step } from "../run-steps.ts";
import { withConditions } from "../with-conditions.ts";
import type { NodePoolOptions } from "./options.ts";

/** One look at a NodePool: the object, what the steps found so far, and the means to act. */
export interface Pass extends Context {
  pool: NodePool;
  options: NodePoolOptions;
  /** Set by `findCluster`. */
  cluster: HostedCluster;
  /** The control plane's namespace. */
  namespace: string;
  platform: Platform;
  /** Set by `checkRelease`. */
  release?: KeptRelease;
  /** Set by `checkConfig`: the control plane's part by ConfigMap, what the user adds, and the hash of all that nodes get. */
  core: Record<string, string>;
  userConfigs: MachineConfig[];
  configHash: string;
  /** Where the ignition server answers, and its authority; set by `checkIgnition`. */
  ignition?: { endpoint: string; ca: string };
}

/** A step of the node-pool controller. */
export type PoolStep = Step<Pass>;

/** States a condition of the NodePool, as of the generation that was looked at. */
export function state(
  { pool, now }: Pick<Pass, "pool" | "now">,
  update: ConditionUpdate & { type: NodePoolConditionType },
): void {
  pool.status = { ...pool.status, conditions: withConditions(pool, [update], now()) };
}

/** States that all is well with a type. */
export function stateGood(pass: Pick<Pass, "pool" | "now">, type: NodePoolConditionType, message = ""): void {
  state(pass, { type, status: "True", reason: "AsExpected", message });
}

/** Key of a NodePool, as annotations have it. */
export function poolKey({ pool }: Pick<Pass, "pool">): string {
  return `${pool.metadata?.namespace}/${pool.metadata?.name}`;
}
