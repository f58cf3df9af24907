import { operatorNamespacePermissions, operatorPermissions } from "../../api/permissions.ts";
import { healthFlag, healthPorts, healthProbes } from "../../kube/health-probes.ts";
import type { Resource } from "../../kube/resource.ts";
import { clusterRole } from "./cluster-role.ts";
import { type DeploymentParts, deployment } from "./deployment.ts";
import type { InstallFacts } from "./facts.ts";
import { role } from "./role.ts";
import { serviceAccount } from "./service-account.ts";

const name = "operator";
/** Where the operator finds the certificates that `--additional-trust-bundle` gave it. */
const trustFolder = "/etc/roost/trust-bundle";

/** The operator: its identity, its rights, its Deployment. */
export function operator(facts: InstallFacts): Resource[] {
  return [
    serviceAccount(name, facts),
    ...clusterRole("hypershift-operator", { name, namespace: facts.namespace }, operatorPermissions),
    ...role({ name, namespace: facts.namespace }, operatorNamespacePermissions),
    deployment(facts, parts(facts)),
  ];
}

function parts(facts: InstallFacts): DeploymentParts {
  const { namespace, images, trustBundle, environment, egressBlockCidrs, allowedReleases, allowedOverrides } = facts;
  return {
    name,
    // A pod reads the certificates when it starts: a new bundle must make a new pod.
    annotations: trustBundle && { "hypershift.openshift.io/trust-bundle-hash": trustBundle.hash },
    container: {
      image: images.roost,
      args: [
        "hypershift-operator",
        "--namespace",
        namespace,
        healthFlag,
        "--allow-releases",
        allowedReleases.join(","),
        ...(allowedOverrides.length > 0 ? ["--allow-override", allowedOverrides.join(",")] : []),
        ...(trustBundle ? ["--additional-trust-bundle", `${trustFolder}/ca-bundle.crt`] : []),
        ...(images.recovery ? ["--recovery-image", images.recovery] : []),
        ...(egressBlockCidrs.length > 0 ? ["--hcp-egress-block-cidrs", egressBlockCidrs.join(",")] : []),
      ],
      env: Object.entries(environment).map(([name, value]) => ({ name, value })),
      ports: healthPorts,
      ...healthProbes,
      // With 50 hosted clusters it is to stay below 200 MB. More than twice that is a mistake, or somebody's flood:
      // it ends here, before it takes the node's memory from others.
      resources: { requests: { cpu: "10m", memory: "150Mi" }, limits: { memory: "512Mi" } },
      volumeMounts: [
        { name: "tmp", mountPath: "/tmp" },
        ...(trustBundle ? [{ name: "trust-bundle", mountPath: trustFolder, readOnly: true }] : []),
      ],
    },
    volumes: [
      { name: "tmp", emptyDir: {} },
      ...(trustBundle ? [{ name: "trust-bundle", configMap: { name: "operator-ca-bundle" } }] : []),
    ],
  };
}
