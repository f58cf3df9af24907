import type { BackupLocation } from "../../api/backup-location.ts";
import { ConfigMap, PersistentVolumeClaim, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { locationReferences } from "../../recovery/store/location-files.ts";

/** What a location refers to. */
export interface FoundReferences {
  /** The first that is not there or lacks its key, in a sentence. */
  missing?: string;
  /** Tell whether one has changed. */
  versions: string[];
}

/** Looks for the Secrets, the ConfigMap and the claim that a location names, all in the operator's namespace. */
export async function findReferences(
  location: Pick<BackupLocation, "spec">,
  namespace: string,
  kube: Kube,
): Promise<FoundReferences> {
  const { secrets, configMap, claim } = locationReferences(location);
  const versions: string[] = [];
  for (const { name, key } of secrets) {
    const found = await kube.get(Secret, name, namespace);
    if (!found)
      return { missing: `There is no Secret ${namespace}/${name}, which the location names; make it`, versions };
    if (!found.data?.[key]) return { missing: `The Secret ${namespace}/${name} has no key "${key}"; add it`, versions };
    versions.push(`${found.metadata?.uid} ${found.metadata?.resourceVersion}`);
  }
  if (configMap) {
    const { name, key } = configMap;
    const found = await kube.get(ConfigMap, name, namespace);
    if (!found)
      return { missing: `There is no ConfigMap ${namespace}/${name}, which the location names; make it`, versions };
    if (!found.data?.[key])
      return { missing: `The ConfigMap ${namespace}/${name} has no key "${key}"; add it`, versions };
    versions.push(`${found.metadata?.uid} ${found.metadata?.resourceVersion}`);
  }
  if (claim) {
    const found = await kube.get(PersistentVolumeClaim, claim, namespace);
    if (!found) {
      return {
        missing: `There is no PersistentVolumeClaim ${namespace}/${claim}, which the location names; make it`,
        versions,
      };
    }
    versions.push(`${found.metadata?.uid}`);
  }
  return { versions };
}
