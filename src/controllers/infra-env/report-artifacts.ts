import { infraEnvLabel } from "../../api/agent.ts";
import { Stalled, wait } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import { infraEnvTokenKey, infraEnvTokenSecret, registrationName } from "../../platforms/agent/registration-names.ts";
import type { InfraEnvStep } from "./pass.ts";

/** Says where hosts fetch what they boot with. The address holds the token: who can read it can register a host. */
export const reportArtifacts: InfraEnvStep = async ({ infraEnv, operatorNamespace, kube, now }) => {
  const { metadata, spec } = infraEnv;
  checkOverride(spec.ignitionConfigOverride);
  const { name = "", namespace } = metadata ?? {};
  const url = textOf(await kube.get(Secret, registrationName, operatorNamespace), "url");
  const token = textOf(await kube.get(Secret, infraEnvTokenSecret(name), namespace), infraEnvTokenKey);
  if (!url || !token) {
    return wait(
      "WaitingForDependencies",
      `Secret ${url ? `${infraEnvTokenSecret(name)} in namespace ${namespace}` : `${registrationName} in namespace ${operatorNamespace}`} was removed while the InfraEnv was looked at: it is made anew`,
    );
  }
  const discoveryIgnitionURL = `${url}/infra-envs/${namespace}/${name}/discovery.ign?token=${token}`;
  const same = infraEnv.status?.bootArtifacts?.discoveryIgnitionURL === discoveryIgnitionURL;
  infraEnv.status = {
    ...infraEnv.status,
    createdTime: (same && infraEnv.status?.createdTime) || `${now().toISOString().slice(0, 19)}Z`,
    bootArtifacts: { discoveryIgnitionURL },
    agentLabelSelector: { matchLabels: { [infraEnvLabel]: name } },
  };
};

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
