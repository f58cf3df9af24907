import { type Cluster, type ContractReference, clusterApiVersion } from "../api/cluster-api.ts";

/** Cluster API's view of a hosted cluster: its control plane is the HostedControlPlane, its machines the platform's. */
export function capiCluster(facts: {
  /** The control plane's namespace. */
  namespace: string;
  infraID: string;
  hostedControlPlane: string;
  infrastructure: ContractReference;
  endpoint?: { host: string; port: number };
  paused?: boolean;
}): Cluster {
  const { namespace, infraID, hostedControlPlane, infrastructure, endpoint, paused = false } = facts;
  return {
    apiVersion: clusterApiVersion,
    kind: "Cluster",
    metadata: { name: infraID, namespace },
    spec: {
      paused,
      controlPlaneRef: { apiGroup: "hypershift.openshift.io", kind: "HostedControlPlane", name: hostedControlPlane },
      infrastructureRef: infrastructure,
      ...(endpoint ? { controlPlaneEndpoint: endpoint } : {}),
    },
  };
}
