import type { Secret } from "../../kube/kinds.ts";
import type { ControlPlane } from "../control-plane.ts";
import { encryptionName } from "./files.ts";

/**
 * How Secrets and the like are encrypted in etcd: the first key writes, every other still reads. It has no owner, so
 * that a HostedControlPlane that is made anew finds the keys that are in use: no spec names the former ones.
 */
export function encryption({ encryption }: ControlPlane): Secret | undefined {
  if (!encryption) return undefined;
  const { active, backup, former = [], writesWith } = encryption;
  const all = [...(typeof writesWith === "object" ? [writesWith] : []), active, ...(backup ? [backup] : []), ...former];
  // A key's name is written with what it encrypts, so it must stay the same for the same key.
  const keys = [...new Map(all.map((key) => [key.name, key])).values()].map(({ name, secret }) => ({ name, secret }));
  const providers = [{ aescbc: { keys } }, { identity: {} }];
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
        providers: writesWith === "nothing" ? providers.reverse() : providers,
      },
    ],
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: encryptionName, ownerReferences: [] },
    data: { "encryption.json": Buffer.from(JSON.stringify(configuration)).toString("base64") },
  };
}
