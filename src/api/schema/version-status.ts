import Type from "typebox";
import { conditions } from "./conditions.ts";
import { bool, int64, list, object, oneOf, optional, rule, text, time } from "./field.ts";

/** A release that the cluster runs or can be updated to. */
export const releaseStatus = (description: string) =>
  object(
    {
      version: text("Version, such as `1.34.4`."),
      image: text("Image."),
      url: optional(text("Where to read about it.")),
      channels: optional(list(text("A channel."), "Update channels that it is in.", { listType: "set" })),
      architecture: optional(oneOf(["Multi", ""], "`Multi` where the image is for several architectures.")),
    },
    description,
  );

const risk = object(
  {
    name: text("Name.", { minLength: 1 }),
    message: text("What can go wrong.", { minLength: 1 }),
    url: text("Where to read about it.", { format: "uri", minLength: 1 }),
    matchingRules: list(
      object(
        {
          type: oneOf(["Always", "PromQL"], "How it is found out."),
          promql: optional(object({ promql: text("A query that gives 1 or 0.") }, "For type `PromQL`.")),
        },
        "A way to find out.",
      ),
      "How to find out whether this cluster is at risk: the first way that can be carried out.",
      { minItems: 1, listType: "atomic" },
    ),
    conditions: optional(
      Type.Unsafe<ReturnType<typeof conditions>>({
        ...conditions("Whether the risk applies.", { minItems: 1, maxItems: 8 }),
        "x-kubernetes-validations": [
          rule("self.exists_one(each, each.type == 'Applies')", "report a condition of type Applies"),
        ],
      }),
    ),
  },
  "Something that can go wrong with an update.",
);

/** The cluster's releases as the cluster itself tells them. */
export function versionStatus(description: string) {
  return object(
    {
      desired: releaseStatus("The release that the cluster is going to run."),
      observedGeneration: int64("The generation of the ClusterVersion that this was found for."),
      history: optional(
        list(
          object(
            {
              state: text("`Completed` once every part runs the release, `Partial` before."),
              version: optional(text("Version.")),
              image: text("Image."),
              startedTime: time("When the update to it began."),
              // Optional, unlike upstream: a merge patch cannot write a null, it leaves the field out.
              completionTime: optional(
                Type.Unsafe<string | null>(time("When the update was complete; absent before.", { nullable: true })),
              ),
              verified: bool("Whether the image's signature was checked."),
              acceptedRisks: optional(text("Risks that were known and taken.")),
            },
            "A release.",
          ),
          "Releases that the cluster ran, the newest first.",
        ),
      ),
      availableUpdates: optional(
        Type.Unsafe<ReleaseStatus[] | null>(
          list(releaseStatus("A release."), "Releases that the cluster can be updated to.", {
            maxItems: 100,
            nullable: true,
          }),
        ),
      ),
      conditionalUpdates: optional(
        list(
          object(
            {
              release: releaseStatus("The release."),
              risks: list(risk, "What can go wrong.", {
                minItems: 1,
                maxItems: 200,
                listType: "map",
                listMapKeys: ["name"],
              }),
              riskNames: optional(
                list(text("Name of a risk.", { maxLength: 256 }), "Names of the risks.", {
                  minItems: 1,
                  maxItems: 500,
                  listType: "set",
                }),
              ),
              conditions: optional(conditions("Whether the update is recommended.")),
            },
            "An update that is not for every cluster.",
          ),
          "Updates that are not for every cluster.",
          { maxItems: 100, listType: "atomic" },
        ),
      ),
    },
    description,
  );
}

type ReleaseStatus = Type.Static<ReturnType<typeof releaseStatus>>;
