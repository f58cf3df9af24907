import { checkoutKey } from "../../release/checkout-key.ts";
import { type PullOptions, pullRelease } from "../../release/pull-release.ts";
import { loadMachineImage } from "../node-image/load-machine-image.ts";
import { machineComponent } from "../node-image/machine-component.ts";
import type { Podman } from "../podman.ts";
import type { Steps } from "../progress.ts";
import type { Parts } from "./parts.ts";
import { programComponents, pullPrograms } from "./pull-programs.ts";

export interface PullPartsOptions extends Omit<PullOptions, "needs" | "checkout" | "onBytes" | "onWait"> {
  /** The checkout, whose sources have to be those that the release was built from. */
  root: string;
  podman: Podman;
  steps: Steps;
}

/** Takes from a registry what an environment is made of; nothing is built. */
export async function pullParts({ root, podman, steps, ...options }: PullPartsOptions): Promise<Parts> {
  const { cache, image, signal } = options;
  const release = await steps.step(`Release from ${image}`, async (progress) => {
    const pulled = await pullRelease({
      ...options,
      checkout: await checkoutKey(root),
      needs: [machineComponent, ...programComponents],
      onBytes: (done, total) => progress.update(`${megabytes(done)} of ${megabytes(total)} MB`),
      onWait: () => progress.update("waiting for another process that reads a release"),
    });
    progress.result(pulled.version);
    return pulled;
  });
  const machine = release.component(machineComponent);
  const [machineImage, programs] = await Promise.all([
    steps.step("Machine image", (progress) => loadMachineImage(machine, { cache, podman, progress, signal })),
    steps.step("Programs of the management cluster", (progress) => pullPrograms(release, { cache, progress, signal })),
  ]);
  const { version, pullSpec } = release;
  return { version, machineImage, programs, pullSpec, release: async () => release };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
