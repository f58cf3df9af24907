import { infraEnvLabel } from "../../api/agent.ts";
import type { InfraEnv } from "../../api/infra-env.ts";
import { Stalled, type Step } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import { infraEnvTokenKey, infraEnvTokenSecret, registrationName } from "../../platforms/agent/registration-names.ts";
import type { InfraEnvOptions } from "./controller.ts";

/** Says where hosts fetch what they boot with. The address holds the token: who can read it can register a host. */
export function reportArtifacts({ operatorNamespace }: InfraEnvOptions): Step<InfraEnv> {
  return async (infraEnv, { kube, now }) => {
    const { metadata, spec } = infraEnv;
    checkOverride(spec.ignitionConfigOverride);
    const { name = "", namespace } = metadata ?? {};
    const url = text(await kube.get(Secret, registrationName, operatorNamespace), "url");
    const token = text(await kube.get(Secret, infraEnvTokenSecret(name), namespace), infraEnvTokenKey);
    const discoveryIgnitionURL = `${url}/infra-envs/${namespace}/${name}/discovery.ign?token=${token}`;
    const same = infraEnv.status?.bootArtifacts?.discoveryIgnitionURL === discoveryIgnitionURL;
    infraEnv.status = {
      ...infraEnv.status,
      createdTime: (same && infraEnv.status?.createdTime) || `${now().toISOString().slice(0, 19)}Z`,
      bootArtifacts: { discoveryIgnitionURL },
      agentLabelSelector: { matchLabels: { [infraEnvLabel]: name } },
    };
  };
}

function checkOverride(override: string | undefined): void {
  if (!override) return;
  try {
    JSON.parse(override);
  } catch (error) {
    throw new Stalled(
      "InvalidIgnitionOverride",
      `spec.ignitionConfigOverride is not JSON: ${(error as Error).message}. Write an Ignition configuration as JSON`,
    );
  }
}

function text(secret: Secret | undefined, key: string): string {
  return Buffer.from(secret?.data?.[key] ?? "", "base64").toString("utf8");
}
