import type { CustomResourceDefinition } from "../../kube/kinds.ts";
import type { Definition } from "./definition.ts";

/** The CustomResourceDefinition of a kind, as plain data. */
export function customResourceDefinition(definition: Definition): CustomResourceDefinition {
  const { kind, singular, shortNames, categories, scale } = definition;
  const [group = "", storage = ""] = kind.apiVersion.split("/");
  const version = (name: string) => ({
    name,
    served: true,
    storage: name === storage,
    ...(name !== storage && {
      deprecated: true,
      deprecationWarning: `${group}/${name} ${kind.kind} is deprecated: write ${kind.apiVersion}`,
    }),
    additionalPrinterColumns: definition.columns.map(({ path, type = "string", ...column }) => ({
      ...column,
      type,
      jsonPath: path,
    })),
    schema: { openAPIV3Schema: rootSchema(definition) },
    subresources: { ...(definition.status && { status: {} }), ...(scale && { scale }) },
  });
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${kind.plural}.${group}`,
      ...(definition.labels && { labels: { ...definition.labels } }),
    },
    spec: {
      group,
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular,
        ...(shortNames && { shortNames }),
        ...(categories && { categories }),
      },
      scope: kind.namespaced ? "Namespaced" : "Cluster",
      versions: [storage, ...(definition.alsoServed ?? [])].map(version),
    },
  };
}

function rootSchema({ description, spec, specRequired, status, rules }: Definition) {
  return {
    type: "object",
    description,
    properties: {
      apiVersion: { type: "string", description: "Group and version that the object is written in." },
      kind: { type: "string", description: "What the object is." },
      metadata: { type: "object" },
      ...(spec && { spec }),
      ...(status && { status }),
    },
    ...(specRequired && { required: ["spec"] }),
    ...(rules && { "x-kubernetes-validations": rules }),
  };
}
