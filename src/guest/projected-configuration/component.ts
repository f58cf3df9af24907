import type { Resource } from "../../kube/resource.ts";
import type { Component } from "../component.ts";
import { configApiVersion, configKinds } from "../config-api/config-kinds.ts";

const name = "hosted-cluster-configuration";

/** Who writes what is projected: the control-plane-operator, by its certificate's name. */
const writer = "system:hosted-cluster-config";

/** ClusterOperators are also those of software that users bring. */
const projected = configKinds.filter(({ kind }) => kind !== "ClusterOperator").map(({ plural }) => plural);

/**
 * What the HostedCluster configures cannot be changed in the hosted cluster, not even by its administrators: a sentence
 * says where it can. Labels and annotations are everybody's.
 */
export const projectedConfiguration: Component = {
  name: "projected-configuration",
  manifests: [policy, binding],
};

function policy(): Resource {
  const [group = "", version = ""] = configApiVersion.split("/");
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: [group],
            apiVersions: [version],
            operations: ["CREATE", "UPDATE", "DELETE"],
            resources: projected.flatMap((plural) => [plural, `${plural}/status`]),
          },
        ],
      },
      validations: [
        {
          expression: `request.userInfo.username == "${writer}" || (request.operation == "UPDATE" && object.?spec == oldObject.?spec && object.?status == oldObject.?status)`,
          message:
            "this is projected from the HostedCluster and cannot be changed here: change spec of the HostedCluster in the management cluster, or ask who administers it",
        },
      ],
    },
  } as Resource;
}

function binding(): Resource {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name },
    spec: { policyName: name, validationActions: ["Deny"] },
  } as Resource;
}
