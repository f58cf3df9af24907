import { externalDnsPermissions } from "../../api/permissions.ts";
import type { Resource } from "../../kube/resource.ts";
import { clusterRole } from "./cluster-role.ts";
import { type DeploymentParts, deployment } from "./deployment.ts";
import type { ExternalDns, InstallFacts } from "./facts.ts";
import { serviceAccount } from "./service-account.ts";

const name = "external-dns";
const credentialsFolder = "/etc/external-dns";

/** Keeps the host names of published services in DNS, where that was asked for. */
export function externalDns(facts: InstallFacts): Resource[] {
  const { externalDns: dns, images, namespace } = facts;
  if (!dns || !images.externalDns) return [];
  return [
    serviceAccount(name, facts),
    ...clusterRole("hypershift-external-dns", { name, namespace }, externalDnsPermissions),
    deployment(facts, parts(dns, images.externalDns)),
  ];
}

/** The Secret with the credentials of the DNS provider, where they were given as a file. */
export function externalDnsSecret({ externalDns: dns, namespace }: InstallFacts): Resource[] {
  if (!dns?.credentials) return [];
  return [
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "external-dns-credentials", namespace },
      type: "Opaque",
      stringData: { credentials: dns.credentials },
    } as Resource,
  ];
}

function parts(dns: ExternalDns, image: string): DeploymentParts {
  const secret = dns.secret ?? (dns.credentials ? "external-dns-credentials" : undefined);
  return {
    name,
    container: {
      image,
      command: ["external-dns"],
      args: [
        "--source=service",
        // Only names that were asked for; never one made up from the Service's own.
        "--annotation-filter=external-dns.alpha.kubernetes.io/hostname",
        `--provider=${dns.provider}`,
        ...(dns.domainFilter ? [`--domain-filter=${dns.domainFilter}`] : []),
        "--registry=txt",
        `--txt-owner-id=${dns.ownerId ?? "hypershift"}`,
        "--txt-suffix=-external-dns",
        `--interval=${dns.interval ?? "1m"}`,
        "--events",
        ...dns.args,
      ],
      livenessProbe: { httpGet: { path: "/healthz", port: 7979 }, periodSeconds: 20, timeoutSeconds: 10 },
      env: secret ? credentialVariables(dns.provider) : [],
      resources: { requests: { cpu: "5m", memory: "50Mi" } },
      volumeMounts: secret ? [{ name: "credentials", mountPath: credentialsFolder, readOnly: true }] : [],
    },
    volumes: secret ? [{ name: "credentials", secret: { secretName: secret } }] : [],
  };
}

/** The providers' own names for "the credentials are in this file". */
function credentialVariables(provider: string): { name: string; value: string }[] {
  const names: Record<string, string> = {
    aws: "AWS_SHARED_CREDENTIALS_FILE",
    azure: "AZURE_AUTH_LOCATION",
    google: "GOOGLE_APPLICATION_CREDENTIALS",
  };
  const variable = names[provider];
  return variable ? [{ name: variable, value: `${credentialsFolder}/credentials` }] : [];
}
