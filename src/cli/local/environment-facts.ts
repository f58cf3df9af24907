import type { Status } from "../../local/status.ts";
import type { Out } from "../out.ts";

/** Shows what there is of an environment. */
export function environmentFacts(status: Status, out: Out): void {
  out.table(["WHAT", "NAME", "ADDRESS", "STATE"], rows(status));
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
