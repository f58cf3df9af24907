import type { Secret } from "../../kube/kinds.ts";
import type { ControlPlane, EncryptionKey } from "../control-plane.ts";
import { encryptionName } from "./files.ts";

/** How Secrets and the like are encrypted in etcd: with the active key; the backup key still reads. */
export function encryption({ encryption }: ControlPlane): Secret | undefined {
  if (!encryption) return undefined;
  const keys = [encryption.active, ...(encryption.backup ? [encryption.backup] : [])];
  const configuration = {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [
      {
        resources: [
          "secrets",
          "configmaps",
          "routes.route.openshift.io",
          "oauthaccesstokens.oauth.openshift.io",
          "oauthauthorizetokens.oauth.openshift.io",
        ],
        providers: [{ aescbc: { keys: keys.map(named) } }, { identity: {} }],
      },
    ],
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: encryptionName },
    data: { "encryption.json": Buffer.from(JSON.stringify(configuration)).toString("base64") },
  };
}

/** The key's name is written with what it encrypts, so it must stay the same for the same key. */
function named({ name, secret }: EncryptionKey): EncryptionKey {
  return { name, secret };
}
