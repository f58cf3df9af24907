import { randomBytes } from "node:crypto";
import { request } from "node:https";
import { join } from "node:path";
import { describeProgress, ensurePrograms } from "../../release/payload.ts";
import { type EnvironmentOptions, environmentOf } from "../environment.ts";
import { ensureMachine } from "../machine/ensure-machine.ts";
import { ignitionConfig } from "../machine/ignition-config.ts";
import { listMachines } from "../machine/list-machines.ts";
import { findSubnet } from "../network/ensure-network.ts";
import { freeMachineAddress, servicesAddressOf } from "../network/layout.ts";
import { createPodman } from "../podman.ts";
import type { Steps } from "../progress.ts";
import { stateFiles } from "../state-files.ts";
import { until } from "../until.ts";
import { s3Bucket, s3Config, s3CredentialsFile, s3Endpoint, s3Folder, s3Programs } from "./s3-config.ts";
import { s3Machine } from "./s3-machine.ts";

export interface AddS3Options extends EnvironmentOptions {
  steps: Steps;
  now: () => Date;
  signal?: AbortSignal;
}

/** How the store of an environment is reached. */
export interface LocalS3 {
  endpoint: string;
  bucket: string;
  /** Files: an AWS credentials file, and the authority of the store's certificate. */
  credentials: string;
  ca: string;
}

/**
 * Makes a machine of the environment that runs a real S3 server, compiled where that was not done yet, and writes how
 * it is reached below `s3/` of the environment's state. One that is there stays, with all that lies in it.
 */
export async function addS3(options: AddS3Options): Promise<LocalS3> {
  const { root, cache, steps, now, signal } = options;
  const environment = environmentOf(options);
  const podman = await createPodman(cache);
  const subnet = await findSubnet(environment, podman);
  const machines = await listMachines(environment, podman);
  const services = machines.find(({ role }) => role === "services");
  if (!subnet || !services) {
    throw new Error(`The environment ${environment.name} is not up; run "hcp local up" first.`);
  }
  const programs = await steps.step("Programs", (progress) =>
    ensurePrograms({
      root,
      cache,
      module: "s3",
      onProgress: (each) => progress.update(describeProgress(each)),
      signal,
    }),
  );
  const files = stateFiles(environment.state, now);
  const address =
    machines.find(({ name }) => name === s3Machine)?.address ??
    freeMachineAddress(
      subnet,
      machines.map((each) => each.address),
    );
  const authority = await files.authority("ca", `Roost local environment ${environment.name}`);
  const profile = { commonName: s3Machine, dnsNames: [], addresses: [address], usages: ["server" as const] };
  const certificate = await files.certificate("s3/tls", profile, authority);
  const keys = {
    access: await files.once("s3/access-key", () => randomBytes(10).toString("hex")),
    secret: await files.once("s3/secret-key", () => randomBytes(20).toString("hex")),
  };
  const config = ignitionConfig(s3Config(certificate, keys));
  const path = await files.write("s3/machine.ign", config);
  const endpoint = s3Endpoint(address);
  await steps.step("S3 store", async (progress) => {
    const done = await ensureMachine(
      environment,
      {
        name: s3Machine,
        role: "s3",
        address,
        image: services.image,
        dns: servicesAddressOf(subnet),
        mounts: { [path]: "/boot/system.ign", [join(programs.dir, "bin")]: s3Programs },
        persistent: [s3Folder],
        content: config,
      },
      { podman, signal },
    );
    await until(`the S3 store at ${address} answers`, () => answers(endpoint, authority.certificate), { signal });
    progress.result(`${done}, ${address}`);
  });
  await files.write("s3/endpoint", endpoint);
  await files.write("s3/bucket", s3Bucket);
  return {
    endpoint,
    bucket: s3Bucket,
    credentials: await files.write("s3/credentials", s3CredentialsFile(keys)),
    ca: await files.write("s3/ca.crt", authority.certificate),
  };
}

/** Any answer will do: whoever comes without credentials gets a refusal. */
function answers(endpoint: string, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(endpoint, { ca, timeout: 5_000, agent: false }, (response) => {
      response.resume();
      resolve(true);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.end();
  });
}
