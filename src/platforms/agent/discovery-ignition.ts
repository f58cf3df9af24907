import type { InfraEnv } from "../../api/infra-env.ts";
import { type IgnitionConfig, ignitionConfig } from "../../ignition/config.ts";
import { sshKey } from "../../ignition/core/ssh-key.ts";
import { trustBundle } from "../../ignition/core/trust-bundle.ts";
import { mergeConfigs } from "../../ignition/merge-configs.ts";
import { hostAgent, type RegistrationPoint } from "./host-agent.ts";

/** What hosts of an InfraEnv boot with: they come up in memory and register. */
export function discoveryIgnition(infraEnv: InfraEnv, point: RegistrationPoint, token: string): IgnitionConfig {
  const { metadata, spec } = infraEnv;
  const { files, unit } = hostAgent(point, {
    phase: "discovery",
    namespace: metadata?.namespace ?? "",
    infraEnv: metadata?.name ?? "",
    token,
  });
  return mergeConfigs([
    ignitionConfig({ files, units: [unit] }),
    ...(spec.sshAuthorizedKey ? [sshKey(spec.sshAuthorizedKey)] : []),
    ...(spec.additionalTrustBundle ? [trustBundle(spec.additionalTrustBundle)] : []),
    ...(spec.ignitionConfigOverride ? [JSON.parse(spec.ignitionConfigOverride) as IgnitionConfig] : []),
  ]);
}
