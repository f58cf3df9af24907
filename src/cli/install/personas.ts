import type { Resource } from "../../kube/resource.ts";

const read = ["get", "list", "watch"];
const write = ["create", "update", "patch", "delete", "deletecollection"];

/** What users of hosted clusters make in their own namespaces. */
const theirs = [
  { apiGroups: ["hypershift.openshift.io"], resources: ["hostedclusters", "nodepools", "nodepools/scale"] },
  { apiGroups: ["agent-install.openshift.io"], resources: ["infraenvs", "agents"] },
  { apiGroups: ["recovery.roost.dev"], resources: ["backups", "backupschedules", "drills"] },
];

/** What the operators make for them: to look at, never to change. */
const made = [
  {
    apiGroups: ["hypershift.openshift.io"],
    resources: ["hostedcontrolplanes", "controlplanecomponents", "hcpetcdbackups"],
  },
  {
    apiGroups: ["cluster.x-k8s.io"],
    resources: ["clusters", "machines", "machinesets", "machinedeployments", "machinehealthchecks"],
  },
  {
    apiGroups: ["capi-provider.agent-install.openshift.io"],
    resources: ["agentclusters", "agentmachines", "agentmachinetemplates"],
  },
];

/**
 * The personas of the manual: whoever has Kubernetes' own role view, edit or admin in a namespace may look at, or make
 * and change, hosted clusters there. Who runs the management cluster is its cluster-admin.
 */
export function personas(): Resource[] {
  const looking = [...theirs, ...made].map((each) => ({ ...each, verbs: read }));
  const changing = theirs.map((each) => ({ ...each, verbs: [...read, ...write] }));
  return [
    role("hypershift-view", ["view", "edit", "admin"], looking),
    role("hypershift-edit", ["edit", "admin"], changing),
  ];
}

function role(name: string, into: string[], rules: object[]): Resource {
  const labels = Object.fromEntries(into.map((each) => [`rbac.authorization.k8s.io/aggregate-to-${each}`, "true"]));
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name, labels },
    rules,
  } as Resource;
}
