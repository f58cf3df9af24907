import { drillPriorityClass } from "../../api/drill-priority-class.ts";
import { supportedVersionsLabel } from "../../api/operator-namespace.ts";
import type { Resource } from "../../kube/resource.ts";
import { agentRegistration } from "./agent-registration.ts";
import { clusterApi } from "./cluster-api.ts";
import { externalDns, externalDnsSecret } from "./external-dns.ts";
import type { InstallFacts } from "./facts.ts";
import { networkPolicies } from "./network-policies.ts";
import { operator } from "./operator.ts";
import { personas } from "./personas.ts";
import { recovery } from "./recovery.ts";

/** Higher is more important: a management cluster that runs full evicts the least important first. */
const priorities: Record<string, { value: number; preemptionPolicy?: string; description: string }> = {
  "hypershift-operator": { value: 100003000, description: "The operator that all hosted clusters rely on" },
  "hypershift-etcd": { value: 100002000, description: "etcd of hosted control planes" },
  "hypershift-api-critical": { value: 100001000, description: "What a request to a hosted API server passes through" },
  "hypershift-control-plane": { value: 100000000, description: "All other parts of hosted control planes" },
  [drillPriorityClass]: {
    value: 0,
    preemptionPolicy: "Never",
    description: "Drills of backups, which wait for room and are the first to go",
  },
};

/** Everything `hcp install` makes besides the CustomResourceDefinitions, in the order in which it is applied. */
export function installManifests(facts: InstallFacts): Resource[] {
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: facts.namespace,
        labels: {
          "hypershift.openshift.io/monitoring": "true",
          "pod-security.kubernetes.io/enforce": "restricted",
        },
      },
    },
    ...Object.entries(priorities).map(
      ([name, { value, preemptionPolicy, description }]) =>
        ({
          apiVersion: "scheduling.k8s.io/v1",
          kind: "PriorityClass",
          metadata: { name },
          value,
          ...(preemptionPolicy && { preemptionPolicy }),
          globalDefault: false,
          description,
        }) as Resource,
    ),
    ...personas(),
    ...configMaps(facts),
    ...installSecrets(facts),
    ...networkPolicies(facts),
    ...operator(facts),
    ...recovery(facts),
    ...agentRegistration(facts),
    ...clusterApi(facts),
    ...externalDns(facts),
  ];
}

function configMaps({
  namespace,
  supportedVersions,
  serverVersion,
  defaultRelease,
  flags,
  trustBundle,
}: InstallFacts): Resource[] {
  const configMap = (name: string, data: Record<string, string>, labels?: Record<string, string>) =>
    ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace, ...(labels ? { labels } : {}) },
      data,
    }) as Resource;
  return [
    configMap(
      "supported-versions",
      {
        "supported-versions": JSON.stringify({ versions: supportedVersions }),
        "server-version": serverVersion,
        ...(defaultRelease ? { "default-release-image": defaultRelease } : {}),
      },
      { [supportedVersionsLabel]: "true" },
    ),
    configMap("hypershift-operator-install-flags", { installFlags: flags }),
    ...(trustBundle ? [configMap("operator-ca-bundle", { "ca-bundle.crt": trustBundle.pem })] : []),
  ];
}

/** Objects whose content must not be printed unless it is asked for. */
function installSecrets(facts: InstallFacts): Resource[] {
  const { namespace, pullSecret } = facts;
  return [
    ...(pullSecret
      ? [
          {
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "pull-secret", namespace },
            type: "kubernetes.io/dockerconfigjson",
            stringData: { ".dockerconfigjson": pullSecret },
          } as Resource,
        ]
      : []),
    ...externalDnsSecret(facts),
  ];
}
