import { clusterApiPermissions } from "../../api/permissions.ts";
import type { Resource } from "../../kube/resource.ts";
import { clusterRole } from "./cluster-role.ts";
import { type DeploymentParts, deployment } from "./deployment.ts";
import type { InstallFacts } from "./facts.ts";
import { serviceAccount } from "./service-account.ts";

const name = "cluster-api";

/** Cluster API's core manager: one for all hosted clusters. */
export function clusterApi(facts: InstallFacts): Resource[] {
  return [
    serviceAccount(name, facts),
    ...clusterRole("hypershift-cluster-api", { name, namespace: facts.namespace }, clusterApiPermissions),
    deployment(facts, parts(facts)),
  ];
}

function parts({ images }: InstallFacts): DeploymentParts {
  return {
    name,
    container: {
      image: images.clusterApi,
      command: ["cluster-api"],
      args: [
        "--leader-elect=false",
        // Nobody calls its webhooks (none are registered); it still insists on a certificate for them.
        "--webhook-port=9443",
        "--webhook-cert-dir=/etc/cluster-api/webhook",
        "--feature-gates=MachinePool=false,ClusterTopology=false",
        "--skip-crd-migration-phases=StorageVersionMigration,CleanupManagedFields",
        "--diagnostics-address=127.0.0.1:8080",
        "--insecure-diagnostics",
        "--v=1",
      ],
      ports: [{ name: "healthz", containerPort: 9440 }],
      livenessProbe: { httpGet: { path: "/healthz", port: "healthz" }, initialDelaySeconds: 15, periodSeconds: 20 },
      readinessProbe: { httpGet: { path: "/readyz", port: "healthz" }, periodSeconds: 5 },
      resources: { requests: { cpu: "10m", memory: "80Mi" } },
      volumeMounts: [{ name: "webhook", mountPath: "/etc/cluster-api/webhook", readOnly: true }],
    },
    // The operator makes this Secret when it starts; the pod waits for it.
    volumes: [{ name: "webhook", secret: { secretName: "cluster-api-webhook" } }],
  };
}
