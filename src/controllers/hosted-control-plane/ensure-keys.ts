import { keys } from "../../control-plane/keys.ts";
import { hashes } from "./look-at.ts";
import type { PlaneStep } from "./pass.ts";

/** Makes the keys, certificates and kubeconfigs that are missing, and signs again those that have to be. */
export const ensureKeys: PlaneStep = async (pass) => {
  const { kube, hcp, namespace, endpoints, secrets, log, now } = pass;
  if (hcp.metadata?.annotations?.["hypershift.openshift.io/disable-pki-reconciliation"] === "true") return;
  const own = hcp.spec.configuration?.apiServer?.clientCA?.name;
  const clientAuthority = pass.configMaps.find(({ metadata }) => metadata?.name === own)?.data?.["ca-bundle.crt"];
  const facts = { name: hcp.metadata?.name ?? "", namespace, spec: hcp.spec, endpoints, clientAuthority };
  const wanted = keys(facts, secrets, now());
  for (const { secret, reason } of wanted.made) log.debug({ secret, reason }, "signing");
  await Promise.all([...wanted.secrets, ...wanted.configMaps].map((object) => kube.apply(object)));
  if (wanted.made.length > 0) log.info({ secrets: wanted.made.length }, "made keys and certificates");
  const made = new Set(wanted.secrets.map(({ metadata }) => metadata?.name));
  pass.secrets = [...secrets.filter(({ metadata }) => !made.has(metadata?.name)), ...wanted.secrets];
  Object.assign(pass.contents, hashes("Secret", wanted.secrets), hashes("ConfigMap", wanted.configMaps));
};
