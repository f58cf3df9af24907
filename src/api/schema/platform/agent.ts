import { object, optional, text } from "../field.ts";
import { labelSelector } from "../label-selector.ts";

/** The Agent platform of a hosted cluster. */
export const agentPlatform = object(
  {
    agentNamespace: text("Namespace that the cluster's hosts are registered in, with their InfraEnv.", {
      maxLength: 63,
    }),
  },
  "Nodes are hosts that booted a discovery image. Set where type is `Agent`.",
);

/** The Agent platform of a node pool. */
export const agentNodePoolPlatform = object(
  {
    agentLabelSelector: optional(
      labelSelector("Labels that an Agent must have to become a node of this pool. Any Agent where absent."),
    ),
  },
  "Which hosts become nodes.",
);
