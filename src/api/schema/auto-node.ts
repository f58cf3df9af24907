import { int32, object, oneOf, optional, rule, text } from "./field.ts";

/** Nodes that are made for pods without a node pool. */
export const autoNode = object(
  {
    provisionerConfig: object(
      {
        name: oneOf(["Karpenter"], "What makes the nodes."),
        karpenter: optional(
          object(
            {
              platform: oneOf(["AWS"], "Where it makes them.", { maxLength: 100 }),
              aws: optional(
                object(
                  {
                    roleARN: text("Role that makes and removes instances.", {
                      maxLength: 2048,
                      rules: [
                        rule(
                          "self.matches('^arn:(aws|aws-cn|aws-us-gov):iam::[0-9]{12}:role/.+$')",
                          "write the ARN of a role, such as arn:aws:iam::123456789012:role/karpenter",
                        ),
                      ],
                    }),
                  },
                  "For AWS.",
                ),
              ),
            },
            "For Karpenter.",
            { rules: [rule("has(self.aws) == (self.platform == 'AWS')", "write aws where platform is AWS")] },
          ),
        ),
      },
      "What makes the nodes, and how.",
      { rules: [rule("has(self.karpenter) == (self.name == 'Karpenter')", "write karpenter where name is Karpenter")] },
    ),
  },
  "Nodes that are made for pods without a node pool.",
);

export const autoNodeStatus = object(
  {
    nodeCount: optional(int32("Number of nodes.", { minimum: 0 })),
    nodeClaimCount: optional(int32("Number of nodes asked for.", { minimum: 0 })),
    vcpus: optional(int32("Number of their processors.", { minimum: 0, maximum: 1000000 })),
  },
  "What was made without a node pool.",
  { minProperties: 1 },
);
