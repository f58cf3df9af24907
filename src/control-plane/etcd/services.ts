import type { Service } from "../../kube/kinds.ts";
import { type ControlPlane, isHighlyAvailable } from "../control-plane.ts";

/** Where the API server finds etcd. */
export function clientService(plane: ControlPlane): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "etcd-client", labels: { app: "etcd" } },
    spec: {
      // An address of its own: a headless name has none until the pod has, and resolvers remember that for seconds.
      type: "ClusterIP",
      // A lone member says itself when it cannot answer; its readiness probe would only cost time at the start.
      publishNotReadyAddresses: !isHighlyAvailable(plane),
      selector: { app: "etcd" },
      ports: [
        { name: "etcd-client", port: 2379, protocol: "TCP", targetPort: 2379 },
        { name: "metrics", port: 2381, protocol: "TCP", targetPort: 2381 },
      ],
    },
  };
}

/** Gives each member its own host name, also before it is ready: members need each other to become so. */
export function discoveryService(): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "etcd-discovery", labels: { app: "etcd" } },
    spec: {
      clusterIP: "None",
      publishNotReadyAddresses: true,
      selector: { app: "etcd" },
      ports: [
        { name: "peer", port: 2380, protocol: "TCP", targetPort: 2380 },
        { name: "etcd-client", port: 2379, protocol: "TCP", targetPort: 2379 },
      ],
    },
  };
}
