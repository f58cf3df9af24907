import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import type { HostedCluster } from "../../api/hosted-cluster.ts";

/** The longest name a host label, a namespace and most other names may have (RFC 1123). */
const labelLimit = 63;
const domainLimit = 253;

/** What is wrong with the lengths of the cluster's name, namespace and domain: names are made from all three. */
export function nameProblems(cluster: HostedCluster): string[] {
  const name = cluster.metadata?.name ?? "";
  const namespace = controlPlaneNamespace(cluster);
  const domain = baseDomainOf(cluster);
  const problems: string[] = [];
  if (namespace.length > labelLimit) {
    problems.push(
      `the control plane's namespace would be ${namespace} (${namespace.length} characters; ${labelLimit} are allowed): choose a shorter name or namespace for the HostedCluster`,
    );
  } else if (`api-${name}`.length > labelLimit) {
    problems.push(
      `the name ${name} is too long for host names such as api-${name}: choose one of at most ${labelLimit - 4} characters`,
    );
  }
  if (domain) {
    const label = domain.split(".").find((each) => each.length > labelLimit);
    if (label) {
      problems.push(
        `the domain ${domain} has a part of ${label.length} characters (${label}), and DNS allows ${labelLimit}: choose a shorter one`,
      );
    }
    const longest = `*.apps.${domain}`;
    if (longest.length > domainLimit) {
      problems.push(
        `the base domain is too long: names below it such as ${longest.slice(0, 40)}... would have ${longest.length} characters, and DNS allows ${domainLimit}`,
      );
    }
  }
  return problems;
}

/** `<prefix>.<base domain>`, as names of the cluster end; the prefix is the cluster's name where the spec has none. */
function baseDomainOf({ metadata, spec }: HostedCluster): string {
  if (!spec.dns?.baseDomain) return "";
  return [spec.dns.baseDomainPrefix ?? metadata?.name, spec.dns.baseDomain].filter(Boolean).join(".");
}
