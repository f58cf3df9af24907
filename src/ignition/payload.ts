import type { IgnitionConfig } from "./config.ts";
import { credentials } from "./core/credentials.ts";
import { pool } from "./core/pool.ts";
import { sshKey } from "./core/ssh-key.ts";
import { trustBundle } from "./core/trust-bundle.ts";
import type { MachineConfig } from "./machine-config.ts";
import { mergeConfigs } from "./merge-configs.ts";
import type { TokenSecretContent } from "./token-secret.ts";

/** What the control plane's namespace holds for nodes beside the tokens. */
export interface ClusterConfig {
  /** Configuration that comes with the control plane's release; for pools that have not taken up one of their own. */
  core: MachineConfig[];
  bootstrapKubeconfig: string;
  kubeletClientCa: string;
  pullSecret: string;
  sshKey?: string;
  additionalTrustBundle?: string;
}

/** The whole configuration of a node: the cluster's, the pool's, and over both what the user asks for. */
export function payload(
  cluster: ClusterConfig,
  token: Pick<TokenSecretContent, "pool" | "core" | "userConfigs">,
): IgnitionConfig {
  const pinned = token.core && Object.values(token.core).map((text) => JSON.parse(text) as MachineConfig);
  return mergeConfigs([
    ...configsOf(pinned ?? cluster.core),
    credentials(cluster),
    ...(cluster.sshKey ? [sshKey(cluster.sshKey)] : []),
    ...(cluster.additionalTrustBundle ? [trustBundle(cluster.additionalTrustBundle)] : []),
    pool(token.pool),
    ...configsOf(token.userConfigs),
  ]);
}

/** In the order of their names, as machine-config-operator lays them over each other. */
function configsOf(machineConfigs: MachineConfig[]): IgnitionConfig[] {
  return [...machineConfigs]
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .flatMap((each) => each.spec?.config ?? []);
}
