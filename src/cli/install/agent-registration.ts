import { agentRegistrationPermissions, agentRegistrationSecrets } from "../../api/permissions.ts";
import { healthFlag, healthPorts, healthProbes } from "../../kube/health-probes.ts";
import type { Deployment } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { clusterRole } from "./cluster-role.ts";
import type { InstallFacts } from "./facts.ts";
import { confined, serviceAccount } from "./operator.ts";

const name = "agent-registration";

/** The service that hosts register with, apart from the operator, because strangers reach it. */
export function agentRegistration(facts: InstallFacts): Resource[] {
  const { namespace } = facts;
  return [
    serviceAccount(name, facts),
    ...clusterRole("hypershift-agent-registration", { name, namespace }, agentRegistrationPermissions),
    ...secretsRole(namespace),
    deployment(facts),
  ];
}

function secretsRole(namespace: string): Resource[] {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  return [
    { apiVersion, kind: "Role", metadata: { name, namespace }, rules: agentRegistrationSecrets } as Resource,
    {
      apiVersion,
      kind: "RoleBinding",
      metadata: { name, namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    } as Resource,
  ];
}

function deployment({ namespace, images, pullPolicy }: InstallFacts): Deployment {
  const labels = { app: name, name, "hypershift.openshift.io/operator-component": name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      // Only the process that hosts call knows which of them do.
      strategy: { type: "Recreate" },
      selector: { matchLabels: { name } },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          priorityClassName: "hypershift-operator",
          enableServiceLinks: false,
          securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name,
              image: images.roost,
              imagePullPolicy: pullPolicy,
              args: [name, "--namespace", namespace, healthFlag],
              ports: [{ name: "registration", containerPort: 8443 }, ...healthPorts],
              ...healthProbes,
              // A flood of requests ends this process and no other.
              resources: { requests: { cpu: "10m", memory: "60Mi" }, limits: { memory: "512Mi" } },
              securityContext: confined,
              terminationMessagePolicy: "FallbackToLogsOnError",
              volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            },
          ],
          volumes: [{ name: "tmp", emptyDir: {} }],
        },
      },
    },
  };
}
