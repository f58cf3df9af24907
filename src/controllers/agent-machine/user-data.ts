import type { Agent } from "../../api/agent.ts";
import type { AgentMachine } from "../../api/agent-machine.ts";
import { Machine } from "../../api/cluster-api.ts";
import { isAlreadyExists, isNotFound } from "../../kube/api-error.ts";
import { Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { isInstalled } from "../../platforms/agent/next-step.ts";
import { userDataKey, userDataPrefix, userDataSecret } from "../../platforms/agent/registration-names.ts";

/**
 * Puts the user data of a host that is to be installed where the registration service reads it, and takes it away once
 * the host is installed. The way to it begins at the AgentMachine that took the Agent, never at what the Agent says.
 */
export async function publishUserData(
  kube: Kube,
  operatorNamespace: string,
  machine: AgentMachine,
  agent: Agent,
): Promise<void> {
  if (isInstalled(agent)) return forgetUserData(kube, operatorNamespace, agent.metadata);
  const value = await userDataOf(kube, machine);
  if (value) await write(kube, operatorNamespace, agent, value);
}

/** Takes away what a host would be installed with, whatever installation that was for. */
export async function forgetUserData(
  kube: Kube,
  operatorNamespace: string,
  agent: { namespace?: string; name?: string } | undefined,
): Promise<void> {
  const gone = without(await kube.get(Secret, userDataSecret, operatorNamespace), userDataPrefix(agent));
  if (Object.keys(gone).length > 0) await kube.patch(Secret, userDataSecret, operatorNamespace, { data: gone });
}

/** The part of a patch that removes every key that begins so. */
function without(secret: Secret | undefined, prefix: string): Record<string, null> {
  const keys = Object.keys(secret?.data ?? {}).filter((key) => key.startsWith(prefix));
  return Object.fromEntries(keys.map((key) => [key, null]));
}

/** The value, in base64, of the bootstrap Secret of the Machine that owns this AgentMachine. */
async function userDataOf(kube: Kube, { metadata }: AgentMachine): Promise<string | undefined> {
  const owner = metadata?.ownerReferences?.find(({ kind }) => kind === "Machine");
  const machine = owner && (await kube.get(Machine, owner.name, metadata?.namespace));
  if (!machine || machine.metadata?.uid !== owner.uid) return undefined;
  const name = machine.spec.bootstrap.dataSecretName;
  return name ? (await kube.get(Secret, name, metadata?.namespace))?.data?.value : undefined;
}

async function write(kube: Kube, namespace: string, agent: Agent, value: string): Promise<void> {
  const key = userDataKey(agent);
  const present = await kube.get(Secret, userDataSecret, namespace);
  if (present?.data?.[key] === value) return;
  const data = { ...without(present, userDataPrefix(agent.metadata)), [key]: value };
  try {
    await kube.patch(Secret, userDataSecret, namespace, { data });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const secret: Secret = { apiVersion: "v1", kind: "Secret", metadata: { name: userDataSecret, namespace } };
    await kube.create<Secret>({ ...secret, data: { [key]: value } }).catch((failed) => {
      if (!isAlreadyExists(failed)) throw failed;
      return kube.patch(Secret, userDataSecret, namespace, { data });
    });
  }
}
