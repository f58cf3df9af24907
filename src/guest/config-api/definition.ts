import type { CustomResourceDefinition } from "../../kube/kinds.ts";
import type { ConfigKind } from "./config-kinds.ts";

const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true } as const;

/** The CustomResourceDefinition of a kind of config.openshift.io. What it holds is checked on the HostedCluster already. */
export function definition({ kind, plural, shortNames, columns = [] }: ConfigKind): CustomResourceDefinition {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.config.openshift.io` },
    spec: {
      group: "config.openshift.io",
      scope: "Cluster",
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        ...(shortNames && { shortNames }),
      },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          ...(columns.length > 0 && {
            additionalPrinterColumns: columns.map(({ name, path, type = "string" }) => ({
              name,
              jsonPath: path,
              type,
            })),
          }),
          schema: { openAPIV3Schema: { type: "object", properties: { spec: anything, status: anything } } },
        },
      ],
    },
  };
}
