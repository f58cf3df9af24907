import type { InfraEnv } from "../../api/infra-env.ts";
import type { Step } from "../../kube/controller.ts";
import type { Service } from "../../kube/kinds.ts";
import { registrationLabels, registrationName, registrationPort } from "../../platforms/agent/registration-names.ts";
import type { InfraEnvOptions } from "./controller.ts";

/** Makes the registration service reachable for hosts. */
export function ensureService(options: InfraEnvOptions): Step<InfraEnv> {
  return async (_, { kube }) => {
    await kube.apply(registrationService(options));
  };
}

function registrationService({ operatorNamespace }: InfraEnvOptions): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    // All InfraEnvs use it: none owns it.
    metadata: { name: registrationName, namespace: operatorNamespace, ownerReferences: [] },
    spec: {
      type: "LoadBalancer",
      selector: registrationLabels,
      ports: [{ name: "https", port: registrationPort, targetPort: registrationPort, protocol: "TCP" }],
    },
  } as Service;
}
