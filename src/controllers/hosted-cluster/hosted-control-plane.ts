import type { HostedCluster } from "../../api/hosted-cluster.ts";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { ownerAnnotation } from "../../api/owned-namespace.ts";
import { copyNames } from "./references.ts";

/** Fields of a HostedCluster's spec that have no meaning for its control plane. */
const ownFields = [
  "release",
  "controlPlaneRelease",
  "pullSecret",
  "sshKey",
  "additionalTrustBundle",
  "platform",
] as const;

/** The HostedControlPlane of a HostedCluster: its spec, with names as they are in the control plane's namespace. */
export function hostedControlPlane(cluster: HostedCluster, namespace: string): HostedControlPlane {
  const { name = "", namespace: from, annotations = {}, labels = {} } = cluster.metadata ?? {};
  const spec = { ...cluster.spec } as Record<string, unknown> & HostedCluster["spec"];
  for (const field of ownFields) delete spec[field];
  return {
    apiVersion: "hypershift.openshift.io/v1beta1",
    kind: "HostedControlPlane",
    metadata: {
      name,
      namespace,
      annotations: { ...passedOn(annotations), [ownerAnnotation]: `${from}/${name}` },
      labels: Object.fromEntries([
        ...Object.entries(labels).filter(([key]) => key.startsWith("api.openshift.com/")),
        // The manual's backup script finds the Cluster API Cluster through this label.
        ["cluster.x-k8s.io/cluster-name", cluster.spec.infraID ?? ""],
      ]),
    },
    spec: {
      ...spec,
      releaseImage: cluster.spec.release.image,
      ...(cluster.spec.controlPlaneRelease ? { controlPlaneReleaseImage: cluster.spec.controlPlaneRelease.image } : {}),
      pullSecret: { name: copyNames.pullSecret },
      sshKey: { name: cluster.spec.sshKey?.name ? copyNames.sshKey : "" },
      ...(cluster.spec.additionalTrustBundle?.name ? { additionalTrustBundle: { name: copyNames.trustBundle } } : {}),
      infraID: cluster.spec.infraID ?? "",
      issuerURL: cluster.spec.issuerURL ?? "https://kubernetes.default.svc",
      dns: cluster.spec.dns ?? { baseDomain: "" },
      platform: platformOf(cluster),
    },
  } as HostedControlPlane;
}

/** An Agent cluster's control plane is the same as one without a platform. */
function platformOf({ spec }: HostedCluster): HostedCluster["spec"]["platform"] {
  return spec.platform.type === "Agent" ? { type: "None" } : spec.platform;
}

/** Annotations that steer the control plane; those of kubectl and of the HostedCluster's own life stay behind. */
function passedOn(annotations: Record<string, string>): Record<string, string> {
  const groups = [
    "hypershift.openshift.io/",
    "resource-request-override.hypershift.openshift.io/",
    "idpoverrides.hypershift.openshift.io/",
    "oauth.hypershift.openshift.io/",
  ];
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) => groups.some((group) => key.startsWith(group))),
  );
}
