import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type EnvironmentOptions, environmentOf } from "../environment.ts";
import { listMachines } from "../machine/list-machines.ts";
import { removeMachine } from "../machine/remove-machine.ts";
import { createPodman } from "../podman.ts";
import { s3Machine } from "./s3-machine.ts";

/** Removes the environment's S3 store with all that lies in it. */
export async function removeS3(options: EnvironmentOptions): Promise<void> {
  const environment = environmentOf(options);
  const podman = await createPodman(options.cache);
  if (!(await listMachines(environment, podman)).some(({ role }) => role === "s3")) {
    throw new Error(`The environment ${environment.name} has no S3 store; "hcp local s3 add" makes one.`);
  }
  await removeMachine(environment, s3Machine, podman);
  await rm(join(environment.state, "s3"), { recursive: true, force: true });
}
