import { operatorPermissions } from "../../api/permissions.ts";
import { healthFlag, healthPorts, healthProbes } from "../../kube/health-probes.ts";
import type { Deployment } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { clusterRole } from "./cluster-role.ts";
import type { InstallFacts } from "./facts.ts";

/** Where the operator finds the certificates that `--additional-trust-bundle` gave it. */
const trustFolder = "/etc/roost/trust-bundle";

/** The operator: its identity, its rights, its Deployment. */
export function operator(facts: InstallFacts): Resource[] {
  const { namespace } = facts;
  return [
    serviceAccount("operator", facts),
    ...clusterRole("hypershift-operator", { name: "operator", namespace }, operatorPermissions),
    deployment(facts),
  ];
}

/** A ServiceAccount whose pods may pull with the pull secret that was given. */
export function serviceAccount(name: string, { namespace, pullSecret }: InstallFacts): Resource {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace },
    ...(pullSecret ? { imagePullSecrets: [{ name: "pull-secret" }] } : {}),
  } as Resource;
}

/** What every container of ours is allowed: nothing beyond its own process. */
export const confined = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
};

function deployment(facts: InstallFacts): Deployment {
  const {
    namespace,
    images,
    trustBundle,
    pullPolicy,
    environment,
    egressBlockCidrs,
    allowedReleases,
    allowedOverrides,
  } = facts;
  const labels = { app: "operator", name: "operator", "hypershift.openshift.io/operator-component": "operator" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "operator", namespace, labels },
    spec: {
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: { name: "operator" } },
      template: {
        metadata: {
          labels,
          // A pod reads the certificates when it starts: a new bundle must make a new pod.
          ...(trustBundle ? { annotations: { "hypershift.openshift.io/trust-bundle-hash": trustBundle.hash } } : {}),
        },
        spec: {
          serviceAccountName: "operator",
          priorityClassName: "hypershift-operator",
          enableServiceLinks: false,
          securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: "operator",
              image: images.roost,
              imagePullPolicy: pullPolicy,
              args: [
                "hypershift-operator",
                "--namespace",
                namespace,
                healthFlag,
                "--allow-releases",
                allowedReleases.join(","),
                ...(allowedOverrides.length > 0 ? ["--allow-override", allowedOverrides.join(",")] : []),
                ...(trustBundle ? ["--additional-trust-bundle", `${trustFolder}/ca-bundle.crt`] : []),
                ...(egressBlockCidrs.length > 0 ? ["--hcp-egress-block-cidrs", egressBlockCidrs.join(",")] : []),
              ],
              env: Object.entries(environment).map(([name, value]) => ({ name, value })),
              ports: healthPorts,
              ...healthProbes,
              // With 50 hosted clusters it is to stay below 200 MB. More than twice that is a mistake, or somebody's flood:
              // it ends here, before it takes the node's memory from others.
              resources: { requests: { cpu: "10m", memory: "150Mi" }, limits: { memory: "512Mi" } },
              securityContext: confined,
              terminationMessagePolicy: "FallbackToLogsOnError",
              volumeMounts: [
                { name: "tmp", mountPath: "/tmp" },
                ...(trustBundle ? [{ name: "trust-bundle", mountPath: trustFolder, readOnly: true }] : []),
              ],
            },
          ],
          volumes: [
            { name: "tmp", emptyDir: {} },
            ...(trustBundle ? [{ name: "trust-bundle", configMap: { name: "operator-ca-bundle" } }] : []),
          ],
        },
      },
    },
  };
}
