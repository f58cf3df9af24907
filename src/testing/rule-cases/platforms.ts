import { of, type RuleCase } from "./rule-case.ts";

const none = of("hosted-cluster-none");
const kubevirt = of("hosted-cluster-kubevirt");
const azure = of("hosted-cluster-azure");
const workload = of("hosted-cluster-azure-workload-identities");
const gcp = of("hosted-cluster-gcp");
const az = "spec.platform.azure";
const kv = "spec.platform.kubevirt";
const gc = "spec.platform.gcp";
const emails = `${gc}.workloadIdentity.serviceAccountsEmails`;
const group = (name: string) =>
  `/subscriptions/550e8400-e29b-41d4-a716-446655440000/resourceGroups/${name}/providers/Microsoft.Network/virtualNetworks`;
const subnet = (network: string, name: string, resourceGroup = "demo") =>
  `${group(resourceGroup)}/${network}/subnets/${name}`;

/** Rules of the platforms of a HostedCluster. */
export const platformCases: readonly RuleCase[] = [
  none("the type of a platform cannot change", {
    from: {},
    refuse: { "spec.platform": { type: "Agent", agent: { agentNamespace: "hosts" } } },
  }),
  of("hosted-cluster-aws")("use letters, digits and _ . : / = + - @", {
    refuse: [{ "spec.platform.aws.resourceTags.0.key": "a b" }, { "spec.platform.aws.resourceTags.0.value": "ä" }],
    accept: { "spec.platform.aws.resourceTags.0.value": "a_.:/=+-@1" },
  }),
  of("hosted-cluster-openstack")("write ingressFloatingIP", {
    refuse: { "spec.platform.openstack.ingressFloatingIP": "192.0.2" },
  }),

  // KubeVirt.
  kubevirt("keep generateID", { from: {}, refuse: { [`${kv}.generateID`]: undefined } }),
  kubevirt("generateID cannot change", { from: {}, refuse: { [`${kv}.generateID`]: "other" } }),
  kubevirt("baseDomainPassthrough cannot change", { from: {}, refuse: { [`${kv}.baseDomainPassthrough`]: false } }),
  kubevirt("infraKubeConfigSecret cannot change", {
    from: {},
    refuse: { [`${kv}.credentials.infraKubeConfigSecret.name`]: "other" },
  }),
  kubevirt("infraNamespace cannot change", { from: {}, refuse: { [`${kv}.credentials.infraNamespace`]: "other" } }),
  kubevirt("storageDriver cannot change", { from: {}, refuse: { [`${kv}.storageDriver.manual`]: undefined } }),
  kubevirt("the type of the storage driver cannot change", {
    from: {},
    refuse: { [`${kv}.storageDriver.type`]: "None" },
  }),
  kubevirt("the manual part of the storage driver cannot change", {
    from: {},
    refuse: { [`${kv}.storageDriver.manual.storageClassMapping`]: undefined },
  }),
  kubevirt("storageClassMapping cannot change", {
    from: {},
    refuse: { [`${kv}.storageDriver.manual.storageClassMapping.0.group`]: "b" },
  }),
  kubevirt("volumeSnapshotClassMapping cannot change", {
    from: {},
    refuse: { [`${kv}.storageDriver.manual.volumeSnapshotClassMapping.0.group`]: "b" },
  }),

  // Azure.
  azure("publish OAuthServer by Route on Azure with managed", {
    refuse: { "spec.services.1.servicePublishingStrategy.type": "LoadBalancer" },
  }),
  workload("publish OAuthServer by Route or LoadBalancer", {
    refuse: { "spec.services.1.servicePublishingStrategy.type": "None" },
    accept: { "spec.services.1.servicePublishingStrategy.type": "Route" },
  }),
  azure("publish Konnectivity by Route", {
    refuse: { "spec.services.2.servicePublishingStrategy.type": "LoadBalancer" },
  }),
  azure("publish Ignition by Route", { refuse: { "spec.services.3.servicePublishingStrategy.type": "LoadBalancer" } }),
  azure("give private at creation", { from: {}, refuse: { [`${az}.private`]: undefined } }),
  azure("keep topology:", { from: {}, refuse: { [`${az}.topology`]: undefined } }),
  azure("keep topology Public", {
    from: { [`${az}.topology`]: "Public", [`${az}.private`]: undefined },
    refuse: { [`${az}.topology`]: "Private" },
  }),
  azure("keep topology Public", { from: {}, refuse: [], accept: { [`${az}.topology`]: "PublicAndPrivate" } }),
  azure("write private where topology", {
    refuse: [{ [`${az}.private`]: undefined }, { [`${az}.topology`]: "Public" }, { [`${az}.topology`]: undefined }],
    accept: { [`${az}.private`]: undefined, [`${az}.topology`]: "Public" },
  }),
  workload("write workloadIdentities.controlPlaneOperator", {
    refuse: {
      [`${az}.private`]: { type: "PrivateLink", privateLink: { natSubnetID: subnet("a", "b") } },
      [`${az}.azureAuthenticationConfig.workloadIdentities.controlPlaneOperator`]: undefined,
    },
    accept: { [`${az}.azureAuthenticationConfig.workloadIdentities.controlPlaneOperator`]: undefined },
  }),
  ...["location", "vnetID", "subscriptionID", "securityGroupID", "resourceGroup"].map((field) =>
    azure(`${field} cannot change`, { from: {}, refuse: { [`${az}.${field}`]: "other" } }),
  ),
  azure("subnetID cannot change", { from: {}, refuse: { [`${az}.subnetID`]: subnet("demo", "other") } }),
  azure("write subnetID as", {
    refuse: [{ [`${az}.subnetID`]: "nodes" }, { [`${az}.subnetID`]: `${subnet("demo", "nodes")}/more` }],
    accept: { [`${az}.subnetID`]: subnet("my.net_1", "n-1", "(a).b_c-d") },
  }),
  azure("write the resource group in the id with", { refuse: { [`${az}.subnetID`]: subnet("demo", "nodes", "a b") } }),
  azure("write the resource group in the id without", {
    refuse: { [`${az}.subnetID`]: subnet("demo", "nodes", "a.") },
  }),
  azure("write the virtual network in the id with", {
    refuse: [{ [`${az}.subnetID`]: subnet("a", "nodes") }, { [`${az}.subnetID`]: subnet("a(b)", "nodes") }],
    accept: { [`${az}.subnetID`]: subnet("ab", "nodes") },
  }),
  azure("write the virtual network in the id without", {
    refuse: [{ [`${az}.subnetID`]: subnet("demo.", "nodes") }, { [`${az}.subnetID`]: subnet("demo-", "nodes") }],
  }),
  azure("write the subnet in the id with", {
    refuse: [{ [`${az}.subnetID`]: subnet("demo", "_a") }, { [`${az}.subnetID`]: subnet("demo", "a".repeat(81)) }],
    accept: { [`${az}.subnetID`]: subnet("demo", "a".repeat(80)) },
  }),
  azure("write the subnet in the id without", {
    refuse: [{ [`${az}.subnetID`]: subnet("demo", "a.") }, { [`${az}.subnetID`]: subnet("demo", "a-") }],
  }),
  azure("write managedIdentities where", {
    refuse: [
      { [`${az}.azureAuthenticationConfig.managedIdentities`]: undefined },
      { [`${az}.azureAuthenticationConfig.azureAuthenticationConfigType`]: "WorkloadIdentities" },
    ],
  }),
  workload("write workloadIdentities where", {
    refuse: [
      { [`${az}.azureAuthenticationConfig.workloadIdentities`]: undefined },
      { [`${az}.azureAuthenticationConfig.azureAuthenticationConfigType`]: "ManagedIdentities" },
    ],
  }),
  workload("write the client id of an identity", {
    refuse: {
      [`${az}.azureAuthenticationConfig.workloadIdentities.disk.clientID`]: "550e8400-e29b-41d4-a716-44665544000g",
    },
  }),
  azure("write managedIdentity where type", {
    refuse: { [`${az}.containerRegistry.credentials.managedIdentity`]: undefined },
  }),
  azure("write resourceID as", {
    refuse: { [`${az}.containerRegistry.credentials.managedIdentity.resourceID`]: "a".repeat(140) },
  }),
  azure("write privateLink where type", { refuse: { [`${az}.private.privateLink`]: undefined } }),
  azure("write swift where type", {
    refuse: [{ [`${az}.private.swift`]: { podNetworkInstance: "a" } }, { [`${az}.private`]: { type: "Swift" } }],
  }),
  azure("the type of a private endpoint cannot change", {
    from: {},
    refuse: { [`${az}.private`]: { type: "Swift", swift: { podNetworkInstance: "a" } } },
  }),
  azure("natSubnetID cannot change", {
    from: {},
    refuse: { [`${az}.private.privateLink.natSubnetID`]: subnet("demo", "other") },
  }),
  azure("write natSubnetID as", {
    refuse: { [`${az}.private.privateLink.natSubnetID`]: "nat" },
    accept: { [`${az}.private.privateLink.natSubnetID`]: subnet("other", "nat") },
  }),
  azure("write a subscription as a UUID", {
    refuse: {
      [`${az}.private.privateLink.additionalAllowedSubscriptions`]: ["550e8400-e29b-41d4-a716-44665544000g"],
    },
  }),
  workload("write podNetworkInstance in lower case", {
    refuse: { [`${az}.private.swift.podNetworkInstance`]: "Demo" },
    accept: { [`${az}.private.swift.podNetworkInstance`]: "d-1" },
  }),
  workload("podNetworkInstance cannot change", {
    from: {},
    refuse: { [`${az}.private.swift.podNetworkInstance`]: "other" },
  }),

  // GCP.
  ...["controlPlane", "nodePool", "cloudController", "storage", "imageRegistry", "network"].flatMap((name) => [
    gcp(`write a service account of the same project for ${name}`, {
      refuse: { [`${emails}.${name}`]: "account@other-project.iam.gserviceaccount.com" },
      accept: { [`${emails}.${name}`]: "account@demo-project.iam.gserviceaccount.com" },
    }),
    gcp(`serviceAccountsEmails.${name} cannot change`, {
      from: {},
      refuse: { [`${emails}.${name}`]: "another@demo-project.iam.gserviceaccount.com" },
    }),
  ]),
  gcp("write the address of a service account", {
    refuse: { [`${emails}.storage`]: "storage@demo-project.gserviceaccount.example.com" },
  }),
  gcp("write project in lower case", { refuse: { [`${gc}.project`]: "Demo-project" } }),
  gcp("project cannot change", { from: {}, refuse: { [`${gc}.project`]: "other-project" } }),
  gcp("write region as in", {
    refuse: [{ [`${gc}.region`]: "us" }, { [`${gc}.region`]: "us-central1-a" }],
    accept: { [`${gc}.region`]: "europe-west12" },
  }),
  gcp("region cannot change", { from: {}, refuse: { [`${gc}.region`]: "europe-west2" } }),
  gcp("networkConfig.network cannot change", { from: {}, refuse: { [`${gc}.networkConfig.network.name`]: "other" } }),
  gcp("networkConfig.privateServiceConnectSubnet cannot", {
    from: {},
    refuse: { [`${gc}.networkConfig.privateServiceConnectSubnet.name`]: "other" },
  }),
  gcp("write the name in lower case", {
    refuse: [{ [`${gc}.networkConfig.network.name`]: "1" }, { [`${gc}.networkConfig.network.name`]: "a-" }],
    accept: { [`${gc}.networkConfig.network.name`]: "a" },
  }),
  gcp("write the name of a label in lower case", {
    refuse: { [`${gc}.resourceLabels.0.key`]: "Team" },
    accept: { [`${gc}.resourceLabels.0.key`]: "t_1" },
  }),
  gcp("write the name of a label that does not begin", { refuse: { [`${gc}.resourceLabels.0.key`]: "google" } }),
  gcp("write the value of a label in lower case", {
    refuse: { [`${gc}.resourceLabels.0.value`]: "A" },
    accept: { [`${gc}.resourceLabels.0.value`]: "" },
  }),
  gcp("workloadIdentity cannot change", { from: {}, refuse: { [`${gc}.workloadIdentity.poolID`]: "other" } }),
  gcp("write projectNumber in digits", {
    refuse: { [`${gc}.workloadIdentity.projectNumber`]: "12a" },
    accept: { [`${gc}.workloadIdentity.projectNumber`]: "1" },
  }),
  gcp("projectNumber cannot change", { from: {}, refuse: { [`${gc}.workloadIdentity.projectNumber`]: "1" } }),
  ...["poolID", "providerID"].flatMap((name) => [
    gcp(`write ${name} in lower case`, {
      refuse: [{ [`${gc}.workloadIdentity.${name}`]: "Demo" }, { [`${gc}.workloadIdentity.${name}`]: "demo-" }],
      accept: { [`${gc}.workloadIdentity.${name}`]: "demo" },
    }),
    gcp(`write a ${name} that does not begin with gcp-`, {
      refuse: { [`${gc}.workloadIdentity.${name}`]: "gcp-demo" },
    }),
    gcp(`${name} cannot change`, { from: {}, refuse: { [`${gc}.workloadIdentity.${name}`]: "other" } }),
  ]),
];
