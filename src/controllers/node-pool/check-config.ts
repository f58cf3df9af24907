import { configVersion } from "../../ignition/config-version.ts";
import { coreConfigLabel } from "../../ignition/core-config.ts";
import { faultOf, type MachineConfig } from "../../ignition/machine-config.ts";
import { tokenSecretContent } from "../../ignition/token-secret.ts";
import { type Outcome, wait } from "../../kube/controller.ts";
import { ConfigMap } from "../../kube/kinds.ts";
import { tokenSecretsOf } from "./ensure-tokens.ts";
import { type Pass, state, stateGood } from "./pass.ts";

/** On ConfigMaps that a NodePool names: a change of theirs is noticed at once. */
export const referencedConfigLabel = "hypershift.openshift.io/referenced-by-nodepool";

/** Reads what nodes get, from the release and from the user, and gives all of it one name: its hash. */
export async function checkConfig(pass: Pass): Promise<Outcome> {
  const { cluster, release, namespace } = pass;
  const core = (await pinnedCore(pass)) ?? (await presentCore(pass));
  if (Object.keys(core).length === 0) {
    const message = `The control plane has not made its part of the node configuration yet (ConfigMaps with the label ${coreConfigLabel} in namespace ${namespace})`;
    state(pass, { type: "ValidMachineConfig", status: "Unknown", reason: "WaitingForAvailable", message });
    return wait("WaitingForAvailable", message, 15_000);
  }
  const read = await userConfigs(pass);
  if (typeof read === "string") {
    state(pass, { type: "ValidMachineConfig", status: "False", reason: "ValidationFailed", message: read });
    return wait("ValidationFailed", read, 60_000);
  }
  stateGood(pass, "ValidMachineConfig");
  stateTuning(pass);
  pass.core = core;
  pass.userConfigs = read;
  // The names, not the content, of the pull secret and the trust bundle, as HyperShift has it: a renewed password does
  // not replace nodes.
  pass.configHash = configVersion({
    core: Object.entries(core).sort(),
    user: read,
    version: release?.version,
    pullSecret: cluster.spec.pullSecret?.name,
    trustBundle: cluster.spec.additionalTrustBundle?.name,
    proxy: cluster.spec.configuration?.proxy,
    image: cluster.spec.configuration?.image,
  });
}

/** The control plane's part as the pool has had it since it took up its release, where it is known. */
async function pinnedCore(pass: Pass): Promise<Record<string, string> | undefined> {
  const secrets = await tokenSecretsOf(pass);
  const contents = secrets.map(tokenSecretContent).filter((each) => each?.release === pass.pool.spec.release.image);
  return contents.find((each) => each?.core)?.core;
}

/** The control plane's part as it is now. */
async function presentCore({ kube, namespace }: Pass): Promise<Record<string, string>> {
  const found = await kube.list(ConfigMap, { namespace, labels: { [coreConfigLabel]: "true" } });
  return Object.fromEntries(found.map(({ metadata, data }) => [metadata?.name ?? "", data?.config ?? ""]));
}

function stateTuning(pass: Pass): void {
  if (pass.pool.spec.tuningConfig?.length) {
    const message = "Tuning of nodes is not served yet: spec.tuningConfig has no effect";
    state(pass, { type: "ValidTuningConfig", status: "Unknown", reason: "StatusUnknown", message });
  } else {
    stateGood(pass, "ValidTuningConfig");
  }
}

/** The documents of the ConfigMaps in `spec.config`, or what is wrong with one. */
async function userConfigs({ pool, kube }: Pass): Promise<MachineConfig[] | string> {
  const configs: MachineConfig[] = [];
  if (!pool.spec.config?.length) return configs;
  // Most pools need no YAML: it is loaded where one does.
  const { readYamlDocuments } = await import("../../kube/read-yaml.ts");
  for (const { name = "" } of pool.spec.config) {
    const where = `ConfigMap ${name} in namespace ${pool.metadata?.namespace}`;
    const configMap = await kube.get(ConfigMap, name, pool.metadata?.namespace);
    if (!configMap) return `${where}, named in spec.config, does not exist: create it`;
    if (!configMap.metadata?.labels?.[referencedConfigLabel]) {
      const labels = { [referencedConfigLabel]: "true" };
      await kube.patch(ConfigMap, name, pool.metadata?.namespace, { metadata: { labels } });
    }
    const text = configMap.data?.config;
    if (!text) return `${where} has no key config: put a MachineConfig into it`;
    for (const document of readYamlDocuments(text)) {
      const error = document.errors?.[0];
      if (error) return `${where} is not YAML: ${error.message.split("\n")[0]}`;
      const content: unknown = document.toJS();
      if (content === null) continue;
      const fault = faultOf(content);
      if (fault) return `${where}: the document ${fault}`;
      configs.push(content as MachineConfig);
    }
  }
  return configs;
}
