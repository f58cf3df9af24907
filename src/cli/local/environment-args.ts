import {
  defaultCluster,
  defaultName,
  type EnvironmentOptions,
  environmentNameCheck,
  environmentOf,
} from "../../local/environment.ts";
import { kubeconfigOf } from "../../local/management-cluster/ensure-management-cluster.ts";
import { checked } from "../arg.ts";
import type { Facts } from "../command.ts";
import { cacheFolder } from "../release/cache-folder.ts";

/** The arguments that all commands of the local environment have. */
export const environmentArgs = {
  environment: checked("The environment, where there is more than one", environmentNameCheck, { default: defaultName }),
};

/** The kubeconfig of a named environment's management cluster: a command about its machines means that one. */
export function environmentKubeconfig({ environment }: { environment: string }, facts: Facts): string | undefined {
  if (environment === defaultName) return undefined;
  return kubeconfigOf(environmentOf(environmentOptions({ environment }, facts)), defaultCluster);
}

export function environmentOptions(args: { environment: string }, facts: Facts): EnvironmentOptions {
  return { root: facts.root, cache: cacheFolder(facts), name: args.environment };
}
