import { int32, list, object, oneOf, optional, rule, text } from "./field.ts";

const seconds = (description: string) => optional(int32(`${description} In seconds.`, { minimum: 0, maximum: 86400 }));

/** How the cluster autoscaler behaves for pools that have `autoScaling`. */
export const autoscaling = object(
  {
    scaling: optional(
      oneOf(["ScaleUpOnly", "ScaleUpAndScaleDown"], "Whether nodes that are not needed any more are removed.", {
        default: "ScaleUpAndScaleDown",
      }),
    ),
    scaleDown: optional(
      object(
        {
          delayAfterAddSeconds: seconds("How long after a node was added none is removed."),
          delayAfterDeleteSeconds: seconds("How long after a node was removed no other one is."),
          delayAfterFailureSeconds: seconds("How long after a failed removal it is not tried again."),
          unneededDurationSeconds: seconds("How long a node must have been unneeded to be removed."),
          utilizationThresholdPercent: optional(
            int32("A node that is used less than this counts as unneeded.", { minimum: 0, maximum: 100 }),
          ),
        },
        "When nodes are removed.",
      ),
    ),
    maxNodesTotal: optional(int32("Most nodes that the cluster may have in all.", { minimum: 0 })),
    maxPodGracePeriod: optional(
      int32("Longest time in seconds that a pod has to end before its node is removed.", { minimum: 0 }),
    ),
    maxNodeProvisionTime: optional(
      text("How long a node may take to come up, such as `15m`.", {
        maxLength: 100,
        pattern: "^([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$",
      }),
    ),
    podPriorityThreshold: optional(int32("Pods of a lower priority than this do not make nodes.")),
    expanders: optional(
      list(
        oneOf(["LeastWaste", "Priority", "Random"], "A way to choose."),
        "How a pool is chosen where several would do: the first way that tells them apart.",
        {
          minItems: 1,
          maxItems: 3,
        },
      ),
    ),
    balancingIgnoredLabels: optional(
      list(
        text("A label's name.", { maxLength: 317 }),
        "Labels in which pools may differ and still be kept at the same size.",
        {
          maxItems: 64,
          rules: [
            rule(
              "self.all(name, name.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,61}[a-zA-Z0-9])?$'))",
              "write names of labels, such as example.com/rack",
            ),
          ],
        },
      ),
    ),
    maxFreeDifferenceRatioPercent: optional(
      int32("Pools whose free resources differ by less than this are kept at the same size.", {
        minimum: 0,
        maximum: 100,
      }),
    ),
  },
  "How the cluster autoscaler behaves for node pools that have `autoScaling`.",
  {
    rules: [
      rule(
        "!has(self.scaleDown) || self.scaling == 'ScaleUpAndScaleDown'",
        "leave out scaleDown, or set scaling to ScaleUpAndScaleDown",
      ),
    ],
  },
);
