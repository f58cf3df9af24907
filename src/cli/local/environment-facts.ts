import type { EnvironmentOptions } from "../../local/environment.ts";
import { type Status, status } from "../../local/status.ts";
import type { Out } from "../out.ts";

/** Shows what there is of an environment; says so where it is not up. */
export async function environmentFacts(options: EnvironmentOptions & { now: () => Date }, out: Out): Promise<void> {
  const found = await status(options);
  if (!found) return out.note(`The environment ${options.name} is not up; "hcp local up" makes it.`);
  out.table(["WHAT", "NAME", "ADDRESS", "STATE"], rows(found));
}

function rows({ machines, clusters, subnet, baseDomain, registry, registryCa, dns }: Status): string[][] {
  return [
    ["network", baseDomain, subnet, ""],
    ["registry", registry, "", `CA in ${registryCa}`],
    ["DNS", `*.${baseDomain}`, dns, ""],
    ...clusters.map(({ name, server, version, kubeconfig }) => [
      "management cluster",
      name,
      server,
      version ? `Kubernetes ${version}, kubeconfig ${kubeconfig}` : "does not answer",
    ]),
    ...machines.map(({ name, address, running }) => ["machine", name, address, running ? "running" : "off"]),
  ];
}
