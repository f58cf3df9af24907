import { environmentStates } from "./environment.ts";
import { rangeOf, toAddress } from "./network/address.ts";
import { servicesAddressOf } from "./network/layout.ts";
import { readSettings } from "./settings.ts";
import { stateFiles } from "./state-files.ts";

/** How an image in a local environment's registry is reached from this computer. */
export interface LocalRegistryAccess {
  /** The environment's certificate authority (PEM). */
  ca: string;
  address: string;
}

/** Says so for an image whose registry is that of a local environment of the checkout, and nothing for any other. */
export async function localRegistryAccess(root: string, image: string): Promise<LocalRegistryAccess | undefined> {
  for (const folder of await environmentStates(root)) {
    const access = await accessOf(folder, image);
    if (access) return access;
  }
}

async function accessOf(state: string, image: string): Promise<LocalRegistryAccess | undefined> {
  const files = stateFiles(state, () => new Date());
  const settings = await readSettings(files);
  const ca = await files.read("ca.crt");
  const cluster = settings?.clusters[0];
  if (!settings || !ca || !cluster || !image.startsWith(`registry.${settings.baseDomain}:`)) return undefined;
  // All machines of an environment are in one /20.
  const { first } = rangeOf(`${cluster.address}/20`);
  return { ca, address: servicesAddressOf(`${toAddress(first)}/20`) };
}
