import { localRegistryAccess } from "../../local/registry-access.ts";
import { file, flag } from "../arg.ts";
import type { Facts } from "../command.ts";

/** The flags that say how a registry is reached. */
export const registryArgs = {
  pullSecret: file("The pull secret with the credentials for the registry"),
  additionalTrustBundle: file("More certificate authorities to trust (PEM)", { name: "additional-trust-bundle" }),
  plainHttp: flag("Speak HTTP without TLS to the registry"),
};

/** What those flags said. */
export interface RegistryArgs {
  pullSecret?: { text: string } | undefined;
  additionalTrustBundle?: { text: string } | undefined;
  plainHttp: boolean;
}

/** What the registry client is told, from those flags. The registry of the local environment needs none of them. */
export async function registryAccess(args: RegistryArgs, registry: string, { root }: Pick<Facts, "root">) {
  const local = await localRegistryAccess(root, registry);
  return {
    pullSecret: args.pullSecret?.text,
    ca: args.additionalTrustBundle?.text ?? local?.ca,
    address: local?.address,
    plainHttp: args.plainHttp,
  };
}
