import { agentRegistrationPermissions, agentRegistrationSecrets } from "../../api/permissions.ts";
import { healthFlag, healthPorts, healthProbes } from "../../kube/health-probes.ts";
import type { Resource } from "../../kube/resource.ts";
import { clusterRole } from "./cluster-role.ts";
import { type DeploymentParts, deployment } from "./deployment.ts";
import type { InstallFacts } from "./facts.ts";
import { role } from "./role.ts";
import { serviceAccount } from "./service-account.ts";

const name = "agent-registration";

/** The service that hosts register with, apart from the operator, because strangers reach it. */
export function agentRegistration(facts: InstallFacts): Resource[] {
  const { namespace } = facts;
  return [
    serviceAccount(name, facts),
    ...clusterRole("hypershift-agent-registration", { name, namespace }, agentRegistrationPermissions),
    ...role({ name, namespace }, agentRegistrationSecrets),
    deployment(facts, parts(facts)),
  ];
}

function parts({ namespace, images }: InstallFacts): DeploymentParts {
  return {
    name,
    container: {
      image: images.roost,
      args: [name, "--namespace", namespace, healthFlag],
      ports: [{ name: "registration", containerPort: 8443 }, ...healthPorts],
      ...healthProbes,
      // A flood of requests ends this process and no other.
      resources: { requests: { cpu: "10m", memory: "60Mi" }, limits: { memory: "512Mi" } },
      volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    },
    volumes: [{ name: "tmp", emptyDir: {} }],
  };
}
