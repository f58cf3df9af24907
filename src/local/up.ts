import { readFile } from "node:fs/promises";
import type { Kube } from "../kube/kube.ts";
import { type PushedRelease, pushBuiltRelease } from "../release/push-release.ts";
import type { RegistryAccess } from "../release/registry-client.ts";
import { checkOwnDomain } from "./check-own-domain.ts";
import type { KeepRecordsOptions } from "./dns/keep-records.ts";
import { restoreRecords } from "./dns/restore-records.ts";
import { sendUpdate } from "./dns/send-update.ts";
import { down } from "./down.ts";
import { ensureKernel } from "./ensure-kernel.ts";
import {
  defaultBaseDomain,
  defaultCluster,
  type Environment,
  type EnvironmentOptions,
  environmentOf,
} from "./environment.ts";
import { findOtherOwner } from "./find-other-owner.ts";
import { listMachines } from "./machine/list-machines.ts";
import { type Cluster, clusterAt } from "./management-cluster/cluster.ts";
import { ensureAddons, ensureManagementCluster, kubeconfigOf } from "./management-cluster/ensure-management-cluster.ts";
import { contains } from "./network/address.ts";
import { ensureNetwork, findCheckout } from "./network/ensure-network.ts";
import { freeMachineAddress } from "./network/layout.ts";
import { buildParts } from "./parts/build-parts.ts";
import { explainMemory } from "./parts/explain-memory.ts";
import type { Parts } from "./parts/parts.ts";
import { pullParts } from "./parts/pull-parts.ts";
import { createPodman, type Podman } from "./podman.ts";
import type { Progress, Steps } from "./progress.ts";
import { checkRequirements } from "./requirements.ts";
import { updateKeyName } from "./services-machine/dns.ts";
import { ensureServicesMachine, type Services } from "./services-machine/ensure-services-machine.ts";
import { freeNumber, readSettings, type Settings, writeSettings } from "./settings.ts";
import { type StateFiles, stateFiles } from "./state-files.ts";

export interface UpOptions extends EnvironmentOptions {
  /** A domain of the environment's own where absent; cannot be changed while the environment is up. */
  baseDomain?: string;
  /** Management clusters to have beside those that there are; `mgmt` where there is none. */
  clusters?: string[];
  /** Removes an environment of the same name that another checkout made, in place of refusing while that is there. */
  takeOver?: boolean;
  /** The release to take everything from, in place of building it; as before where absent. */
  from?: RegistryAccess & { image: string };
  /** Builds everything, also where it was taken from a release before. */
  build?: boolean;
  steps: Steps;
  now: () => Date;
  signal?: AbortSignal;
}

/** An environment that is up. */
export interface UpResult {
  environment: Environment;
  services: Services;
  subnet: string;
  /** What was pushed to the registry. */
  release: PushedRelease;
  clusters: { cluster: Cluster; kube: Kube; kubeconfig: string }[];
  /** The kubeconfig of the first management cluster. */
  kubeconfig: string;
  /** The folders of the compiled programs. */
  programs: { kubernetes: string; etcd: string };
}

/**
 * Makes the local environment be there and work: programs and images, network, DNS, registry, management clusters.
 * What is there already stays as it is, so that it can be run again after an interruption, a change of the sources or
 * a restart of the computer.
 */
export async function up(options: UpOptions): Promise<UpResult> {
  const { root, cache, steps, now, signal } = options;
  const environment = environmentOf(options);
  const files = stateFiles(environment.state, now);
  const from = options.build ? undefined : (options.from ?? (await readSettings(files))?.from);
  await checkRequirements({ builds: !from });
  const podman = await createPodman(cache);
  await checkOwner(environment, podman, options);
  const common = { root, cache, podman, steps, signal };
  const pulled = from && pullParts({ ...from, ...common });
  const parts = (await (options.from ? pulled : pulled?.catch(explainMemory))) ?? (await buildParts(common));
  const { version, machineImage: image, programs } = parts;

  await steps.step("Kernel", (progress) => ensureKernel(progress));
  const subnet = await steps.step("Network", async (progress) => {
    const found = await ensureNetwork(environment, podman);
    progress.result(found);
    return found;
  });
  const settings = await ensureSettings(options, parts, { environment, podman, files, subnet });
  const services = await steps.step("DNS and registry", (progress) =>
    ensureServicesMachine({
      environment,
      podman,
      files,
      image,
      subnet,
      baseDomain: settings.baseDomain,
      progress,
      signal,
    }),
  );

  const clusters = settings.clusters.map((place) => clusterAt({ ...place, subnet, services }));
  const pushed = steps.step(`Release ${version}`, (progress) => push({ parts, cache, services, progress, signal }));
  // The one image that a machine is told of when it boots, which it may do while the images are still being pushed.
  const pause = `${services.registry}/roost/pause:${version}`;
  const running = Promise.all(
    clusters.map((cluster) =>
      steps.step(`Management cluster ${cluster.name}`, async (progress) => {
        const machine = { environment, podman, cluster, image, programs, pause, now, progress, signal };
        const { kube, done } = await ensureManagementCluster(machine);
        progress.update("waiting for the images");
        const { images } = await pushed;
        await ensureAddons(kube, cluster, (component) => images[component] ?? "", { progress, signal });
        // Where this fails, the program local-cloud does it within a minute, and says what is wrong.
        await restoreRecords({ kube, domain: services.baseDomain, update: dnsUpdate(services, signal) }).catch(
          () => {},
        );
        signal?.throwIfAborted();
        progress.result(`${done}, ${kube.server}`);
        return { cluster, kube, kubeconfig: kubeconfigOf(environment, cluster.name) };
      }),
    ),
  );
  const [made, pushedRelease] = await Promise.all([running, pushed]);
  await startOthers(environment, podman, steps);
  const first = await readFile(made[0]?.kubeconfig ?? "", "utf8");
  const kubeconfig = await files.write("kubeconfig", first);
  return { environment, services, subnet, release: pushedRelease, clusters: made, kubeconfig, programs };
}

function dnsUpdate(services: Services, signal = new AbortController().signal): KeepRecordsOptions["update"] {
  const key = { name: updateKeyName, secret: services.dnsUpdateKey };
  return (change) => sendUpdate({ server: services.address, signal }, { zone: services.baseDomain, key, ...change });
}

async function checkOwner(environment: Environment, podman: Podman, options: UpOptions): Promise<void> {
  const maker = await findCheckout(environment, podman);
  if (maker === undefined || maker === environment.root) return;
  if (!options.takeOver && (await findOtherOwner(environment, podman))) {
    throw new Error(
      `The environment ${environment.name} on this computer belongs to the checkout ${maker}; run "hcp local down" there, or choose another name with --environment.`,
    );
  }
  await down({ ...options, force: true });
}

/** Hosts, and an S3 store, that were on when the computer was restarted are off now. */
async function startOthers(environment: Environment, podman: Podman, steps: Steps): Promise<void> {
  const others = (await listMachines(environment, podman)).filter(({ role }) => role === "host" || role === "s3");
  const off = others.filter(({ running }) => !running);
  if (off.length === 0) return;
  await steps.step("Machines that are off", async (progress) => {
    await podman(["start", ...off.map(({ container }) => container)]);
    progress.result(`started ${off.map(({ name }) => name).join(", ")}`);
  });
}

interface Made {
  environment: Environment;
  podman: Podman;
  files: StateFiles;
  subnet: string;
}

async function ensureSettings(
  options: UpOptions,
  parts: Parts,
  { environment, podman, files, subnet }: Made,
): Promise<Settings> {
  const found = await readSettings(files);
  const asked = options.baseDomain;
  if (found && asked && asked !== found.baseDomain) {
    throw new Error(
      `The environment ${environment.name} has the base domain ${found.baseDomain}; to have ${asked}, run "hcp local down" first.`,
    );
  }
  const settings = found ?? { baseDomain: asked ?? defaultBaseDomain(environment), clusters: [] };
  if (!found) await checkOwnDomain(environment, settings.baseDomain);
  // After the network was made anew elsewhere.
  for (const cluster of settings.clusters) {
    if (!contains(subnet, cluster.address)) cluster.address = await freeAddress();
  }
  const wanted = [...(options.clusters ?? []), ...(settings.clusters.length === 0 ? [defaultCluster] : [])];
  for (const name of wanted) {
    if (settings.clusters.some((cluster) => cluster.name === name)) continue;
    settings.clusters.push({ name, number: freeNumber(settings), address: await freeAddress() });
  }
  const { pullSpec, machineImage } = parts;
  settings.from = pullSpec ? { image: pullSpec, machineImage } : undefined;
  await writeSettings(files, settings);
  return settings;

  async function freeAddress(): Promise<string> {
    const used = [...(await listMachines(environment, podman)), ...settings.clusters].map(({ address }) => address);
    return freeMachineAddress(subnet, used);
  }
}

interface Push {
  parts: Parts;
  cache: string;
  services: Services;
  progress: Progress;
  signal?: AbortSignal;
}

async function push({ parts, cache, services, progress, signal }: Push): Promise<PushedRelease> {
  const release = await pushBuiltRelease(await parts.release(progress), {
    cache,
    registry: services.registry,
    ca: services.authority.certificate,
    address: services.address,
    onPush: (name, done, total) => progress.update(`pushing ${name}, ${done + 1} of ${total}`),
    signal,
  });
  progress.result(release.image);
  return release;
}
