import { randomBytes } from "node:crypto";
import type { InfraEnv } from "../../api/infra-env.ts";
import type { Context } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import { infraEnvTokenKey, infraEnvTokenSecret } from "../../platforms/agent/registration-names.ts";

/** Makes the token that hosts of this InfraEnv register with. Deleting its Secret gives it a new one. */
export async function ensureToken({ metadata }: InfraEnv, { kube }: Context): Promise<void> {
  const name = infraEnvTokenSecret(metadata?.name ?? "");
  const present = await kube.get(Secret, name, metadata?.namespace);
  if (present?.data?.[infraEnvTokenKey]) return;
  const token = randomBytes(32).toString("base64url");
  await kube.apply<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: metadata?.namespace },
    data: { [infraEnvTokenKey]: Buffer.from(token).toString("base64") },
  });
}
