import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { KeyPair } from "../../pki/certificate.ts";
import { registryClient } from "../../release/registry-client.ts";
import type { Environment } from "../environment.ts";
import { ensureMachine } from "../machine/ensure-machine.ts";
import { ignitionConfig } from "../machine/ignition-config.ts";
import { servicesAddressOf } from "../network/layout.ts";
import type { Podman } from "../podman.ts";
import type { Progress } from "../progress.ts";
import type { StateFiles } from "../state-files.ts";
import { until } from "../until.ts";
import { dnsFiles, reachableNameservers, zonePreparation } from "./dns.ts";
import { registryDropin, registryFiles, registryOf } from "./registry.ts";

export interface ServicesOptions {
  environment: Environment;
  podman: Podman;
  files: StateFiles;
  image: string;
  subnet: string;
  baseDomain: string;
  progress: Progress;
  signal?: AbortSignal;
}

/** What the environment's other machines and clusters need to know of its services. */
export interface Services {
  /** Address of DNS and registry. */
  address: string;
  baseDomain: string;
  /** `host:port` */
  registry: string;
  /** The authority that the registry's certificate is from. */
  authority: KeyPair;
  /** Base64; signs changes of the base domain's records. */
  dnsUpdateKey: string;
}

/** The machine with the environment's DNS server and registry. Returns once the registry answers. */
export async function ensureServicesMachine(options: ServicesOptions): Promise<Services> {
  const { environment, podman, files, image, subnet, baseDomain, progress, signal } = options;
  const address = servicesAddressOf(subnet);
  const authority = await files.authority("ca", `Roost local environment ${environment.name}`);
  const dnsUpdateKey = await files.once("dns-update.key", () => randomBytes(32).toString("base64"));
  const profile = {
    commonName: "registry",
    dnsNames: [`registry.${baseDomain}`],
    addresses: [address],
    usages: ["server" as const],
  };
  const certificate = await files.certificate("registry", profile, authority);
  const config = ignitionConfig({
    files: [
      ...dnsFiles({ baseDomain, address, subnet, updateKey: dnsUpdateKey, forwarders: await forwarders() }),
      ...registryFiles(certificate),
    ],
    units: [
      { name: "named.service", dropins: { "zone.conf": zonePreparation } },
      { name: "docker-registry.service", dropins: { "root.conf": registryDropin } },
      { name: "containerd.service", enabled: false },
    ],
  });
  const path = await files.write("services.ign", config);
  const done = await ensureMachine(
    environment,
    {
      name: "services",
      role: "services",
      address,
      image,
      dns: address,
      mounts: { [path]: "/boot/system.ign" },
      persistent: ["/var/lib/bind", "/var/lib/docker-registry"],
      content: config,
    },
    { podman, signal },
  );
  const registry = registryOf(baseDomain);
  await until(`the registry at ${address} answers`, () => answers(registry, authority.certificate, address), {
    signal,
  });
  progress.result(`${done}, ${address}`);
  return { address, baseDomain, registry, authority, dnsUpdateKey };
}

async function answers(registry: string, ca: string, address: string): Promise<boolean> {
  const client = registryClient(registry, "roost/any", { ca, address });
  const answer = await client.send("/v2/").catch(() => undefined);
  answer?.resume();
  return answer !== undefined;
}

async function forwarders(): Promise<string[]> {
  const texts = await Promise.all(
    // The second is what systemd-resolved asks where the first only names systemd-resolved itself.
    ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"].map((path) => readFile(path, "utf8").catch(() => "")),
  );
  return texts.map(reachableNameservers).find((servers) => servers.length > 0) ?? [];
}
