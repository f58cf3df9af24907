import { parseAddress } from "../../api/address.ts";
import { type Cidr, overlaps, parseCidr } from "../../api/cidr.ts";
import type { HostedCluster } from "../../api/hosted-cluster.ts";

interface Named {
  name: string;
  text: string;
  cidr: Cidr;
}

/** What is wrong with the cluster's networks: blocks that cannot be read, overlap, or are too small to be used. */
export function networkProblems({ spec }: HostedCluster): string[] {
  const networking = spec.networking ?? {};
  const entries = [
    ...named("clusterNetwork", networking.clusterNetwork),
    ...named("serviceNetwork", networking.serviceNetwork),
    ...named("machineNetwork", networking.machineNetwork),
  ];
  const problems: string[] = [];
  const networks: Named[] = [];
  for (const { name, text } of entries) {
    const cidr = parseCidr(text);
    if (cidr) networks.push({ name, text, cidr });
    else problems.push(`${name} ${text} is not a block of addresses such as 10.132.0.0/14`);
  }
  problems.push(...overlapProblems(networks), ...sizeProblems(networks, spec));
  const advertised = networking.apiServer?.advertiseAddress;
  if (advertised) problems.push(...advertiseProblems(advertised, networks));
  return problems;
}

function named(field: string, networks: readonly { cidr: string }[] | undefined): { name: string; text: string }[] {
  return (networks ?? []).map(({ cidr }, index) => ({ name: `networking.${field}[${index}]`, text: cidr }));
}

function overlapProblems(networks: Named[]): string[] {
  return networks.flatMap((a, index) =>
    networks
      .slice(index + 1)
      .filter((b) => overlaps(a.cidr, b.cidr))
      .map((b) => `${a.name} ${a.text} and ${b.name} ${b.text} overlap: give each network addresses of its own`),
  );
}

/** The address of DNS is the tenth of the service network, and each node needs a block of the cluster network. */
function sizeProblems(networks: Named[], spec: HostedCluster["spec"]): string[] {
  const problems = networks
    .filter(({ name, cidr }) => name.startsWith("networking.serviceNetwork") && cidr.last - cidr.first < 15n)
    .map(
      ({ name, text, cidr }) => `${name} ${text} is too small: use /${(cidr.family === 4 ? 32 : 128) - 4} or larger`,
    );
  for (const [index, { cidr: text, hostPrefix }] of (spec.networking?.clusterNetwork ?? []).entries()) {
    const cidr = parseCidr(text);
    if (!cidr || !hostPrefix) continue;
    if (hostPrefix <= cidr.prefix || hostPrefix > (cidr.family === 4 ? 30 : 126)) {
      problems.push(
        `networking.clusterNetwork[${index}].hostPrefix ${hostPrefix} does not divide ${text} into blocks for nodes: use a number above ${cidr.prefix}, such as ${cidr.family === 4 ? 23 : 64}`,
      );
    }
  }
  return problems;
}

function advertiseProblems(text: string, networks: Named[]): string[] {
  const address = parseAddress(text);
  if (!address) return [`networking.apiServer.advertiseAddress ${text} is not an IP address`];
  const host: Cidr = { family: address.family, first: address.value, last: address.value, prefix: 0 };
  return networks
    .filter((network) => overlaps(network.cidr, host))
    .map(
      (network) =>
        `networking.apiServer.advertiseAddress ${text} lies in ${network.name} ${network.text}: use an address outside all of the cluster's networks`,
    );
}
