import Type from "typebox";
import { HostedControlPlane } from "../hosted-control-plane.ts";
import { planeModes } from "../plane-mode.ts";
import { age, type Definition } from "./definition.ts";
import { etcd } from "./etcd.ts";
import { bool, int64, map, object, oneOf, optional, text, time } from "./field.ts";
import { hostedClusterSpec, hostedClusterStatus } from "./hosted-cluster.ts";
import { localReference } from "./local-reference.ts";
import { networking } from "./networking.ts";
import { serviceRules } from "./service-rules.ts";
import { versionStatus } from "./version-status.ts";

const hostedCluster = hostedClusterSpec.properties;

const keyReference = (description: string) =>
  object(
    { name: text("Name of the Secret.", { maxLength: 255 }), key: text("Key in the Secret.", { maxLength: 255 }) },
    description,
  );

/** What the control-plane-operator carries out: the HostedCluster with everything decided. */
export const hostedControlPlaneSpec = object(
  {
    releaseImage: text("Release that the cluster runs.", { maxLength: 255 }),
    controlPlaneReleaseImage: optional(
      text("Another release for those parts that only run on the management cluster.", { maxLength: 255 }),
    ),
    clusterID: optional(text("Id of the cluster, as a UUID.", { maxLength: 255 })),
    infraID: text("Id that names and tags everything that is made for the cluster.", { maxLength: 255 }),
    channel: optional(text("Update channel.", { maxLength: 255 })),
    updateService: optional(text("Address of the service that is asked for available updates.")),
    platform: hostedCluster.platform,
    pullSecret: hostedCluster.pullSecret,
    sshKey: localReference("Secret with the public SSH key of every node; an empty name where there is none."),
    dns: Type.Required(Type.Object({ dns: hostedCluster.dns })).properties.dns,
    networking: networking(),
    services: hostedCluster.services,
    kubeAPIServerDNSName: hostedCluster.kubeAPIServerDNSName,
    kubeconfig: optional(keyReference("Where to write the administrator's kubeconfig.")),
    etcd: etcd(),
    controllerAvailabilityPolicy: hostedCluster.controllerAvailabilityPolicy,
    infrastructureAvailabilityPolicy: hostedCluster.infrastructureAvailabilityPolicy,
    issuerURL: text("Issuer that the cluster's service account tokens name.", { maxLength: 255 }),
    serviceAccountSigningKey: hostedCluster.serviceAccountSigningKey,
    configuration: hostedCluster.configuration,
    operatorConfiguration: hostedCluster.operatorConfiguration,
    secretEncryption: hostedCluster.secretEncryption,
    auditWebhook: hostedCluster.auditWebhook,
    additionalTrustBundle: hostedCluster.additionalTrustBundle,
    imageContentSources: hostedCluster.imageContentSources,
    olmCatalogPlacement: optional(
      oneOf(["management", "guest"], "Where the catalogs of operators run.", { default: "management" }),
    ),
    capabilities: hostedCluster.capabilities,
    autoscaling: hostedCluster.autoscaling,
    autoNode: hostedCluster.autoNode,
    monitoring: hostedCluster.monitoring,
    fips: optional(bool("Whether nodes use cryptography validated by FIPS.")),
    nodeSelector: optional(map("Labels that a management node must have to run the control plane.")),
    tolerations: hostedCluster.tolerations,
    labels: hostedCluster.labels,
    pausedUntil: optional(
      text("Stops the control-plane-operator from changing anything, as in the HostedCluster.", { maxLength: 255 }),
    ),
  },
  "What the control plane is to be.",
  { rules: serviceRules },
);

const reported = hostedClusterStatus.properties;

/** How the control plane is. */
export const hostedControlPlaneStatus = object(
  {
    ready: bool("Whether the API server can be used.", { default: false }),
    initialized: bool("Whether it could be used at least once.", { default: false }),
    externalManagedControlPlane: optional(
      bool("Tells Cluster API that no Machine makes up the control plane.", { default: true }),
    ),
    initialization: optional(
      object(
        { controlPlaneInitialized: optional(bool("Whether the API server could be used at least once.")) },
        "What Cluster API waits for.",
        { minProperties: 1 },
      ),
    ),
    controlPlaneEndpoint: reported.controlPlaneEndpoint,
    kubeConfig: optional(keyReference("Secret with the administrator's kubeconfig.")),
    customKubeconfig: optional(keyReference("Secret with the kubeconfig for `spec.kubeAPIServerDNSName`.")),
    kubeadminPassword: reported.kubeadminPassword,
    oauthCallbackURLTemplate: optional(text("Address that identity providers send users back to.", { maxLength: 255 })),
    version: optional(text("Version that every part runs. Older form of `versionStatus`.", { maxLength: 255 })),
    versionStatus: optional(versionStatus("Releases that the cluster ran and is going to run.")),
    controlPlaneVersion: reported.controlPlaneVersion,
    releaseImage: optional(text("Release image that every part runs.", { maxLength: 255 })),
    lastReleaseImageTransitionTime: optional(time("When `releaseImage` last changed.")),
    nodeCount: optional(int64("How many nodes the cluster has.")),
    reportingNodeCount: optional(int64("How many of them have not stopped reporting.")),
    platform: reported.platform,
    autoNode: reported.autoNode,
    configuration: reported.configuration,
    secretEncryption: reported.secretEncryption,
    etcd: reported.etcd,
    lastSuccessfulEtcdBackupURL: reported.lastSuccessfulEtcdBackupURL,
    recovery: optional(
      object(
        {
          id: text("The recovery that is answered.", { minLength: 1, maxLength: 253 }),
          mode: optional(oneOf(planeModes, "What is so: how much of the control plane runs.")),
          etcd: optional(
            oneOf(
              ["Restored", "PutBack"],
              "What every member of etcd has: what the snapshot holds, or what was before.",
            ),
          ),
          message: optional(text("What is still to come, in a sentence.", { maxLength: 4096 })),
          givenUp: optional(bool("Whether that will not come: members of etcd have tried in vain for long enough.")),
        },
        "The answer to what a recovery wants of the control plane.",
      ),
    ),
    conditions: reported.conditions,
  },
  "How the control plane is.",
);

export const hostedControlPlaneDefinition: Definition = {
  kind: HostedControlPlane,
  singular: "hostedcontrolplane",
  shortNames: ["hcp", "hcps"],
  categories: ["hypershift", "cluster-api"],
  description:
    "The control plane of one hosted cluster, as the operator asks for it from the control-plane-operator in the same namespace. Change the HostedCluster instead: this object follows it.",
  spec: hostedControlPlaneSpec,
  specRequired: true,
  status: hostedControlPlaneStatus,
  alsoServed: ["v1alpha1"],
  labels: { "cluster.x-k8s.io/v1beta1": "v1beta1", "cluster.x-k8s.io/v1beta2": "v1beta1" },
  columns: [age],
};
