/** One kind of the group config.openshift.io. */
export interface ConfigKind {
  kind: string;
  plural: string;
  shortNames?: string[];
  /** Printer columns beside the name, as JSON paths. */
  columns?: { name: string; path: string; type?: "string" | "date" }[];
}

const condition = (name: string, type: string, field = "status", as: "string" | "date" = "string") => ({
  name,
  path: `.status.conditions[?(@.type=="${type}")].${field}`,
  type: as,
});

/** The kinds in which an OpenShift cluster states its version, its health and its configuration. */
export const configKinds: readonly ConfigKind[] = [
  {
    kind: "ClusterVersion",
    plural: "clusterversions",
    columns: [
      { name: "Version", path: '.status.history[?(@.state=="Completed")].version' },
      condition("Available", "Available"),
      condition("Progressing", "Progressing"),
      condition("Since", "Progressing", "lastTransitionTime", "date"),
      condition("Status", "Progressing", "message"),
    ],
  },
  {
    kind: "ClusterOperator",
    plural: "clusteroperators",
    shortNames: ["co"],
    columns: [
      { name: "Version", path: '.status.versions[?(@.name=="operator")].version' },
      condition("Available", "Available"),
      condition("Progressing", "Progressing"),
      condition("Degraded", "Degraded"),
      condition("Since", "Available", "lastTransitionTime", "date"),
      condition("Message", "Available", "message"),
    ],
  },
  { kind: "Infrastructure", plural: "infrastructures" },
  { kind: "APIServer", plural: "apiservers" },
  { kind: "Authentication", plural: "authentications" },
  { kind: "Console", plural: "consoles" },
  { kind: "DNS", plural: "dnses" },
  { kind: "FeatureGate", plural: "featuregates" },
  { kind: "Image", plural: "images" },
  { kind: "ImageDigestMirrorSet", plural: "imagedigestmirrorsets", shortNames: ["idms"] },
  { kind: "Ingress", plural: "ingresses" },
  { kind: "Network", plural: "networks" },
  { kind: "OAuth", plural: "oauths" },
  { kind: "OperatorHub", plural: "operatorhubs" },
  { kind: "Proxy", plural: "proxies" },
  { kind: "Scheduler", plural: "schedulers" },
];

export const configApiVersion = "config.openshift.io/v1";
