import { checked, flag } from "../arg.ts";
import type { Facts } from "../command.ts";
import { imageCheck } from "../create/check-words.ts";
import { UsageError } from "../usage-error.ts";
import { type RegistryArgs, registryAccess, registryArgs } from "./registry-args.ts";

/** The flags of commands that take everything from a release, in place of building it. */
export const releaseOriginArgs = {
  release: checked(
    "Take everything from this release, which `hcp release push` pushed, and build nothing",
    imageCheck,
    {
      placeholder: "IMAGE",
    },
  ),
  build: flag("Build everything, also where the environment was taken from a release before"),
  ...registryArgs,
};

/** Where everything is to be taken from, by those flags; nothing where no release is named. */
export async function releaseOrigin(
  args: RegistryArgs & { release: string | undefined; build: boolean },
  facts: Facts,
) {
  const { release, build, pullSecret, additionalTrustBundle, plainHttp } = args;
  if (release && build) {
    throw new UsageError("--release takes everything from a release, and --build builds it", "leave out one of them");
  }
  if (release) return { image: release, ...(await registryAccess(args, release, facts)) };
  if (pullSecret || additionalTrustBundle || plainHttp) {
    throw new UsageError(
      "--pull-secret, --additional-trust-bundle and --plain-http say how the registry of a release is reached, and none is named",
      "add --release",
    );
  }
  return undefined;
}
