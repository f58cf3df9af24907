import { immutable, object, oneOf, optional, text } from "../field.ts";
import { agentNodePoolPlatform, agentPlatform } from "./agent.ts";
import { awsNodePoolPlatform, awsPlatform } from "./aws.ts";
import { azureNodePoolPlatform, azurePlatform } from "./azure.ts";
import { gcpNodePoolPlatform, gcpPlatform } from "./gcp.ts";
import { ibmCloudPlatform } from "./ibmcloud.ts";
import { kubevirtCredentials, kubevirtNodePoolPlatform, kubevirtPlatform } from "./kubevirt.ts";
import { openStackNodePoolPlatform, openStackPlatform } from "./openstack.ts";
import { powerVSNodePoolPlatform, powerVSPlatform } from "./powervs.ts";

const type = oneOf(
  ["AWS", "Azure", "IBMCloud", "KubeVirt", "Agent", "PowerVS", "None", "OpenStack", "GCP"],
  "What the nodes run on. `Agent`: hosts that booted a discovery image. `KubeVirt`: virtual machines on Kubernetes. `AWS`: instances in AWS. `None`: nodes are brought by hand.",
  { maxLength: 100, rules: [immutable("the type of a platform cannot change after creation")] },
);

/** The platform of a hosted cluster. */
export function platform(description: string) {
  return object(
    {
      type,
      agent: optional(agentPlatform),
      aws: optional(awsPlatform),
      azure: optional(azurePlatform),
      gcp: optional(gcpPlatform),
      ibmcloud: optional(ibmCloudPlatform),
      kubevirt: optional(kubevirtPlatform),
      openstack: optional(openStackPlatform),
      powervs: optional(powerVSPlatform),
    },
    description,
  );
}

/** What was made on the platform for a hosted cluster. */
export const platformStatus = object(
  {
    aws: optional(
      object(
        {
          defaultWorkerSecurityGroupID: optional(text("Security group of nodes that name none.", { maxLength: 255 })),
        },
        "In AWS.",
      ),
    ),
  },
  "What was made on the platform for the cluster.",
);

/** The platform of a node pool. */
export const nodePoolPlatform = object(
  {
    type,
    agent: optional(agentNodePoolPlatform),
    aws: optional(awsNodePoolPlatform),
    azure: optional(azureNodePoolPlatform),
    gcp: optional(gcpNodePoolPlatform),
    ibmcloud: optional(ibmCloudPlatform),
    kubevirt: optional(kubevirtNodePoolPlatform),
    openstack: optional(openStackNodePoolPlatform),
    powervs: optional(powerVSNodePoolPlatform),
  },
  "What the nodes run on, and their size. The type is that of the hosted cluster.",
);

/** What was made on the platform for a node pool. */
export const nodePoolPlatformStatus = object(
  {
    kubeVirt: optional(
      object(
        {
          cacheName: optional(text("The claim that disks are cloned from.", { maxLength: 255 })),
          credentials: optional(kubevirtCredentials),
        },
        "On KubeVirt.",
      ),
    ),
  },
  "What was made on the platform for the node pool.",
);
