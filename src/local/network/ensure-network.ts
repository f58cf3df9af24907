import { runProcess } from "../../release/run-process.ts";
import { type Environment, labelOf, networkOf } from "../environment.ts";
import type { Podman } from "../podman.ts";
import { guardNetwork } from "./guard-network.ts";
import { freeSubnet, gatewayOf } from "./layout.ts";

/** The environment's network: its subnet, made where it is not there yet, and closed to others. */
export async function ensureNetwork(environment: Environment, podman: Podman): Promise<string> {
  const subnet = (await findSubnet(environment, podman)) ?? (await makeNetwork(environment, podman));
  const bridge = (await inspect(environment, podman))?.network_interface;
  if (bridge) await guardNetwork(environment, bridge);
  return subnet;
}

async function makeNetwork(environment: Environment, podman: Podman): Promise<string> {
  const subnet = freeSubnet(await networksInUse());
  const labels = ["--label", labelOf(environment), "--label", `roost.local/checkout=${environment.root}`];
  const addresses = ["--subnet", subnet, "--gateway", gatewayOf(subnet)];
  await podman(["network", "create", "--disable-dns", ...labels, ...addresses, networkOf(environment)]);
  return subnet;
}

/** The subnet of the environment's network, or nothing where there is none. */
export async function findSubnet(environment: Environment, podman: Podman): Promise<string | undefined> {
  return (await inspect(environment, podman))?.subnets[0]?.subnet;
}

/** The checkout whose environment of this name exists on the computer, or nothing where there is none. */
export async function findCheckout(environment: Environment, podman: Podman): Promise<string | undefined> {
  return (await inspect(environment, podman))?.labels?.["roost.local/checkout"];
}

interface Network {
  name: string;
  network_interface: string;
  subnets: { subnet: string }[];
  labels?: Record<string, string>;
}

async function inspect(environment: Environment, podman: Podman): Promise<Network | undefined> {
  const name = networkOf(environment);
  const exists = await podman(["network", "exists", name]).then(
    () => true,
    () => false,
  );
  return exists ? (JSON.parse(await podman(["network", "inspect", name])) as Network[])[0] : undefined;
}

async function networksInUse(): Promise<string[]> {
  const routes = JSON.parse(await runProcess("ip", ["-json", "-4", "route", "show", "table", "all"])) as {
    dst: string;
  }[];
  return routes.map(({ dst }) => dst).filter((destination) => /^\d/.test(destination));
}
