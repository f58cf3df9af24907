import type { Service } from "../../kube/kinds.ts";
import { registrationLabels, registrationName, registrationPort } from "../../platforms/agent/registration-names.ts";
import type { InfraEnvStep } from "./pass.ts";

/** Makes the registration service reachable for hosts. */
export const ensureService: InfraEnvStep = async ({ kube, operatorNamespace }) => {
  await kube.apply(registrationService(operatorNamespace));
};

function registrationService(namespace: string): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    // All InfraEnvs use it: none owns it.
    metadata: { name: registrationName, namespace, ownerReferences: [] },
    spec: {
      type: "LoadBalancer",
      selector: registrationLabels,
      ports: [{ name: "https", port: registrationPort, targetPort: registrationPort, protocol: "TCP" }],
    },
  } as Service;
}
