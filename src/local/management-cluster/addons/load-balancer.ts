import type { Resource } from "../../../kube/resource.ts";
import type { Cluster } from "../cluster.ts";
import { deployment } from "./deployment.ts";
import { localNamespace } from "./namespace.ts";
import { read, serviceAccountWith } from "./role.ts";

/** Gives Services of type LoadBalancer their addresses: `src/local/load-balancer`, from the roost image. */
export function loadBalancer({ pool }: Cluster, image: string): Resource[] {
  const name = "load-balancer";
  return [
    ...serviceAccountWith(name, localNamespace, [
      { group: "", resources: ["services"], verbs: read },
      { group: "", resources: ["services/status"], verbs: ["update", "patch"] },
    ]),
    deployment({
      name,
      namespace: localNamespace,
      container: {
        image,
        args: ["load-balancer", `--pool=${pool}`],
        resources: { requests: { cpu: "10m", memory: "50Mi" } },
      },
    }),
  ];
}
