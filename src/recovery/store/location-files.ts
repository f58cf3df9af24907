import { authorityKey, type BackupLocation, credentialsKey, identitiesKey } from "../../api/backup-location.ts";

const folder = "/var/run/backup-location";

/** Where a job's pod has what its location's Secrets, its ConfigMap and its volume hold; one for all locations. */
export const locationFiles = {
  credentials: `${folder}/credentials/${credentialsKey}`,
  authority: `${folder}/ca/${authorityKey}`,
  identities: `${folder}/identities/${identitiesKey}`,
  volume: `${folder}/volume`,
};

/** What a location refers to in the operator's namespace. */
export function locationReferences({ spec }: Pick<BackupLocation, "spec">): {
  secrets: { name: string; key: string }[];
  configMap?: { name: string; key: string };
  claim?: string;
} {
  const { s3, volume, encryption } = spec;
  return {
    secrets: [
      ...(s3 ? [{ name: s3.credentials.name, key: credentialsKey }] : []),
      ...(encryption?.identities ? [{ name: encryption.identities.name, key: identitiesKey }] : []),
    ],
    configMap: s3?.ca && { name: s3.ca.name, key: authorityKey },
    claim: volume?.claimName,
  };
}
