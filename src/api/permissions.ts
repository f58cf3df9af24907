/** What each program may do, in one place. A rule of a Role or ClusterRole. */
export interface Permission {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  /** Only objects of these names; lists and watches then have to name the one they are about. */
  resourceNames?: string[];
}

const read = ["get", "list", "watch"];
/** What server-side apply, patches and deletion need. */
const keep = [...read, "create", "patch", "delete"];
const write = [...keep, "update"];

function may(verbs: string[], group: string, ...resources: string[]): Permission {
  return { apiGroups: [group], resources, verbs };
}

/**
 * The control-plane-operator, in its own namespace. Its program comes from the cluster's release, so it has what it uses
 * and nothing more: above all it makes no pods, and leaves the NetworkPolicies of its namespace alone.
 */
export const controlPlaneOperatorPermissions: Permission[] = [
  may(keep, "", "configmaps", "secrets", "services", "serviceaccounts"),
  may([...read, "patch", "delete"], "", "pods"),
  may(read, "", "persistentvolumeclaims"),
  may(["get", "create", "patch"], "", "events"),
  may(keep, "apps", "deployments", "statefulsets"),
  may([...read, "delete"], "apps", "replicasets"),
  may(keep, "policy", "poddisruptionbudgets"),
  may(keep, "rbac.authorization.k8s.io", "roles", "rolebindings"),
  may(write, "coordination.k8s.io", "leases"),
  may(keep, "route.openshift.io", "routes"),
  may(["create", "update"], "route.openshift.io", "routes/custom-host"),
  may([...read, "patch"], "hypershift.openshift.io", "hostedcontrolplanes"),
  may(["patch"], "hypershift.openshift.io", "hostedcontrolplanes/status", "controlplanecomponents/status"),
  // Where the management cluster asks who may own objects so that they hold up their owner's deletion.
  may(["update"], "hypershift.openshift.io", "hostedcontrolplanes/finalizers"),
  may(keep, "hypershift.openshift.io", "controlplanecomponents"),
  may(read, "cluster.x-k8s.io", "clusters", "machines"),
  may([...read, "patch"], "certificates.hypershift.openshift.io", "certificaterevocationrequests"),
  may(["patch"], "certificates.hypershift.openshift.io", "certificaterevocationrequests/status"),
  may(["update"], "certificates.hypershift.openshift.io", "certificaterevocationrequests/finalizers"),
  may([...read, "delete"], "recovery.roost.dev", "verifications"),
  may(["patch"], "recovery.roost.dev", "verifications/status"),
];

/**
 * The operator, in the whole management cluster. It makes the control-plane-operators' Roles, and nobody can give a
 * right they do not have: so the rights above are among its own.
 */
export const operatorPermissions: Permission[] = [
  ...controlPlaneOperatorPermissions,
  may(keep, "", "namespaces"),
  // Of a control plane whose namespace is being deleted.
  may(["delete"], "", "persistentvolumeclaims"),
  // Not the control-plane-operators': what fences a control plane in is not its own to change.
  may(keep, "networking.k8s.io", "networkpolicies"),
  // What tells the management cluster's networks, which control planes are kept from.
  may(read, "networking.k8s.io", "servicecidrs"),
  may(read, "discovery.k8s.io", "endpointslices"),
  may(read, "", "nodes", "persistentvolumes"),
  may(read, "storage.k8s.io", "storageclasses"),
  may(keep, "recovery.roost.dev", "backups"),
  may(read, "hypershift.openshift.io", "hcpetcdbackups"),
  may(["patch"], "hypershift.openshift.io", "hcpetcdbackups/status"),
  may([...read, "patch"], "recovery.roost.dev", "backupschedules"),
  may(["patch"], "recovery.roost.dev", "backups/status", "backupschedules/status"),
  // What puts clusters back, and proves that they are.
  // One is made where nothing is left of a cluster's etcd, and its HostedCluster says so.
  may([...read, "create", "patch"], "recovery.roost.dev", "restores"),
  may(["patch"], "recovery.roost.dev", "restores/status"),
  may(keep, "recovery.roost.dev", "drills"),
  may(["patch"], "recovery.roost.dev", "drills/status"),
  may(["create"], "recovery.roost.dev", "verifications"),
  may(["create", "delete"], "hypershift.openshift.io", "hostedcontrolplanes"),
  // Users make them, and nobody but them does away with a cluster.
  may([...read, "patch"], "hypershift.openshift.io", "hostedclusters"),
  may([...read, "patch", "delete"], "hypershift.openshift.io", "nodepools"),
  may(["patch"], "hypershift.openshift.io", "hostedclusters/status", "nodepools/status"),
  may(["update"], "hypershift.openshift.io", "hostedclusters/finalizers", "nodepools/finalizers"),
  may(keep, "cluster.x-k8s.io", "clusters", "machines", "machinedeployments", "machinesets", "machinehealthchecks"),
  may(write, "capi-provider.agent-install.openshift.io", "*"),
  may(write, "agent-install.openshift.io", "*"),
  may([...read, "patch"], "certificates.hypershift.openshift.io", "certificatesigningrequestapprovals"),
  may(read, "certificates.k8s.io", "certificatesigningrequests"),
  may(["patch"], "certificates.k8s.io", "certificatesigningrequests/approval", "certificatesigningrequests/status"),
  { ...may(["approve", "sign"], "certificates.k8s.io", "signers"), resourceNames: ["hypershift.openshift.io/*"] },
  may(read, "recovery.roost.dev", "backuplocations"),
  may(["patch"], "recovery.roost.dev", "backuplocations/status"),
  may(["update"], "recovery.roost.dev", "backuplocations/finalizers"),
];

/** The same in its own namespace, where the jobs are that work on backups. */
export const operatorNamespacePermissions: Permission[] = [may(keep, "batch", "jobs")];

const look = ["get", "list"];

/** The jobs that only work on what is stored, in the whole management cluster: they tell what they found. */
export const storePermissions: Permission[] = [
  may(["patch"], "recovery.roost.dev", "backuplocations/status", "backups/status"),
];

/** The jobs that make backups and put clusters back, in the whole management cluster: they read all that a backup holds. */
export const recoveryPermissions: Permission[] = [
  may(["patch"], "recovery.roost.dev", "backups/status", "restores/status", "drills/status", "backupschedules/status"),
  // What changes that are shipped follow upon, and what was told of them before.
  may(look, "recovery.roost.dev", "backups", "backupschedules"),
  may(["patch"], "hypershift.openshift.io", "hcpetcdbackups/status"),
  may(look, "", "namespaces", "secrets", "configmaps"),
  may(look, "hypershift.openshift.io", "hostedclusters", "nodepools", "hostedcontrolplanes"),
  may(look, "cluster.x-k8s.io", "clusters", "machines", "machinedeployments", "machinesets", "machinehealthchecks"),
  may(look, "capi-provider.agent-install.openshift.io", "agentclusters", "agentmachines", "agentmachinetemplates"),
  may(look, "agent-install.openshift.io", "agents"),
];

/**
 * The jobs that make a cluster's objects again where it is gone, and remove what they made, in the whole management
 * cluster: they know by a mark what is theirs, and write over nothing else.
 */
export const objectsPermissions: Permission[] = [
  may(["patch"], "recovery.roost.dev", "restores/status"),
  may(keep, "", "namespaces", "secrets", "configmaps"),
  may(keep, "hypershift.openshift.io", "hostedclusters", "nodepools", "hostedcontrolplanes"),
  may(["patch"], "hypershift.openshift.io", "hostedclusters/status", "nodepools/status", "hostedcontrolplanes/status"),
  may(
    ["update"],
    "hypershift.openshift.io",
    "hostedclusters/finalizers",
    "nodepools/finalizers",
    "hostedcontrolplanes/finalizers",
  ),
  // With their status, and as owners of each other.
  may([...keep, "update"], "cluster.x-k8s.io", "*"),
  may([...keep, "update"], "capi-provider.agent-install.openshift.io", "*"),
  // All of it, because nobody can give a right that he does not have, and a cluster has this to its hosts.
  may(["*"], "agent-install.openshift.io", "agents"),
  may(["patch"], "agent-install.openshift.io", "agents/status"),
  may(keep, "rbac.authorization.k8s.io", "roles", "rolebindings"),
];

/** The same in the namespace of a drill's control plane, by a Role there: it makes what the backup holds of a control plane. */
export const drillPermissions: Permission[] = [
  may(["create"], "", "secrets", "configmaps"),
  may(["create"], "hypershift.openshift.io", "hostedcontrolplanes"),
];

/** The registration service of hosts, in the whole management cluster: strangers reach it. */
export const agentRegistrationPermissions: Permission[] = [
  may([...read, "create", "patch"], "agent-install.openshift.io", "agents"),
  may(["get", "patch"], "agent-install.openshift.io", "agents/status"),
  may(read, "agent-install.openshift.io", "infraenvs"),
];

/** The same in the operator's namespace: its certificate, and what hosts that are to be installed now get. */
export const agentRegistrationSecrets: Permission[] = [
  { ...may(read, "", "secrets"), resourceNames: ["agent-registration", "agent-user-data"] },
];

/** Cluster API's core manager, in the whole management cluster. */
export const clusterApiPermissions: Permission[] = [
  may(write, "cluster.x-k8s.io", "*"),
  may(write, "capi-provider.agent-install.openshift.io", "*"),
  may(write, "infrastructure.cluster.x-k8s.io", "*"),
  // Nothing of ours uses them, but the manager ends where it may not look.
  may(read, "addons.cluster.x-k8s.io", "clusterresourcesets", "clusterresourcesetbindings"),
  may(
    [...read, "update", "patch", "delete"],
    "hypershift.openshift.io",
    "hostedcontrolplanes",
    "hostedcontrolplanes/status",
  ),
  // It lists the Secrets of all namespaces, whatever it uses: those of clusters for their kubeconfigs (by a label, which
  // no right can ask for), and the metadata of all for ClusterResourceSets, which no feature gate turns off (its main.go:
  // clusterSecretCacheSelector, partialSecretCache). It gets none by name and changes none.
  may(["list", "watch"], "", "secrets", "configmaps"),
  may(["create", "patch", "update"], "", "events"),
  may(["create", "patch", "update"], "events.k8s.io", "events"),
  may(read, "apiextensions.k8s.io", "customresourcedefinitions"),
];

/** external-dns, in the whole management cluster. */
export const externalDnsPermissions: Permission[] = [
  may(read, "", "services", "endpoints", "pods", "nodes"),
  may(read, "discovery.k8s.io", "endpointslices"),
  may(read, "route.openshift.io", "routes"),
];
