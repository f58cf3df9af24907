import { createKube } from "../kube/create-kube.ts";
import { type Environment, type EnvironmentOptions, environmentOf } from "./environment.ts";
import { listMachines, type MachineState } from "./machine/list-machines.ts";
import { kubeconfigOf } from "./management-cluster/ensure-management-cluster.ts";
import { findSubnet } from "./network/ensure-network.ts";
import { loadBalancerPool, servicesAddressOf } from "./network/layout.ts";
import { createPodman } from "./podman.ts";
import { registryOf } from "./services-machine/registry.ts";
import { readSettings } from "./settings.ts";
import { stateFiles } from "./state-files.ts";

/** What there is of an environment. */
export interface Status {
  environment: Environment;
  subnet: string;
  baseDomain: string;
  dns: string;
  registry: string;
  /** The file with the authority of the registry's certificate. */
  registryCa: string;
  machines: MachineState[];
  clusters: ClusterStatus[];
}

export interface ClusterStatus {
  name: string;
  server: string;
  kubeconfig: string;
  /** Addresses of Services of type LoadBalancer. */
  pool: string;
  /** The version that its API server says it has, or nothing where that does not answer. */
  version?: string;
}

/** What there is of the environment, or nothing where it is not up. */
export async function status(options: EnvironmentOptions & { now: () => Date }): Promise<Status | undefined> {
  const environment = environmentOf(options);
  const podman = await createPodman(options.cache);
  const files = stateFiles(environment.state, options.now);
  const [subnet, settings] = [await findSubnet(environment, podman), await readSettings(files)];
  if (!subnet || !settings) return undefined;
  const { baseDomain } = settings;
  const clusters = await Promise.all(
    settings.clusters.map(async ({ name, number, address }) => {
      const kubeconfig = kubeconfigOf(environment, name);
      const version = await versionOf(kubeconfig);
      return { name, server: `https://${address}:6443`, kubeconfig, pool: loadBalancerPool(subnet, number), version };
    }),
  );
  return {
    environment,
    subnet,
    baseDomain,
    dns: servicesAddressOf(subnet),
    registry: registryOf(baseDomain),
    registryCa: `${files.folder}/ca.crt`,
    machines: await listMachines(environment, podman),
    clusters,
  };
}

async function versionOf(kubeconfig: string): Promise<string | undefined> {
  try {
    const kube = await createKube({ path: kubeconfig });
    const { body } = await kube.request("GET", "/version", { signal: AbortSignal.timeout(3000) });
    kube.close();
    return (JSON.parse(body) as { gitVersion?: string }).gitVersion;
  } catch {
    return undefined;
  }
}
