import type { ControlPlane } from "../control-plane.ts";

type Level = "None" | "Metadata" | "Request" | "RequestResponse";
type Profile = "Default" | "WriteRequestBodies" | "AllRequestBodies" | "None";

interface Rule {
  level: Level;
  userGroups?: string[];
  verbs?: string[];
  resources?: { group: string; resources?: string[] }[];
  nonResourceURLs?: string[];
  omitStages?: string[];
}

const writes = ["create", "update", "patch", "delete", "deletecollection"];
/** Bodies of these hold what nobody may read in a log. */
const secretResources = [
  { group: "", resources: ["secrets", "configmaps", "serviceaccounts/token"] },
  { group: "authentication.k8s.io", resources: ["tokenreviews"] },
  { group: "oauth.openshift.io", resources: ["oauthclients", "oauthaccesstokens", "oauthauthorizetokens"] },
];

/** The audit policy that `spec.configuration.apiServer.audit` describes: a profile, and others for some groups of users. */
export function auditPolicy({ spec }: Pick<ControlPlane, "spec">): object {
  const audit = spec.configuration?.apiServer?.audit;
  return {
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [
      ...quiet,
      ...(audit?.customRules ?? []).flatMap(({ group, profile }) =>
        rulesOf(profile).map((rule) => ({ ...rule, userGroups: [group] })),
      ),
      ...rulesOf(audit?.profile ?? "Default"),
    ],
  };
}

/** What would fill the log and tells nobody anything. */
const quiet: Rule[] = [
  { level: "None", nonResourceURLs: ["/healthz*", "/livez*", "/readyz*", "/version", "/metrics"] },
  {
    level: "None",
    resources: [
      { group: "", resources: ["events"] },
      { group: "events.k8s.io", resources: ["events"] },
    ],
  },
  {
    level: "None",
    verbs: ["get", "update", "patch"],
    resources: [{ group: "coordination.k8s.io", resources: ["leases"] }],
  },
];

function rulesOf(profile: Profile): Rule[] {
  switch (profile) {
    case "None":
      return [{ level: "None" }];
    case "Default":
      return [{ level: "Metadata" }];
    case "WriteRequestBodies":
      return [
        { level: "Metadata", resources: secretResources },
        { level: "RequestResponse", verbs: writes },
        { level: "Metadata" },
      ];
    case "AllRequestBodies":
      return [{ level: "Metadata", resources: secretResources }, { level: "RequestResponse" }];
  }
}
