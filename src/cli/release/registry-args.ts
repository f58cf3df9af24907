import { file, flag } from "../arg.ts";

/** The flags that say how a registry is reached. */
export const registryArgs = {
  pullSecret: file("The pull secret with the credentials for the registry"),
  additionalTrustBundle: file("More certificate authorities to trust (PEM)", { name: "additional-trust-bundle" }),
  plainHttp: flag("Speak HTTP without TLS to the registry"),
};

interface RegistryArgs {
  pullSecret?: { text: string } | undefined;
  additionalTrustBundle?: { text: string } | undefined;
  plainHttp: boolean;
}

/** What the registry client is told, from those flags. */
export function registryAccess({ pullSecret, additionalTrustBundle, plainHttp }: RegistryArgs) {
  return { pullSecret: pullSecret?.text, ca: additionalTrustBundle?.text, plainHttp };
}
