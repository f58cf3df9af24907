import { of, type RuleCase } from "./rule-case.ts";

const none = of("node-pool-none");
const agent = of("node-pool-agent");
const aws = of("node-pool-aws");
const spot = of("node-pool-aws-spot");
const azure = of("node-pool-azure");
const gcp = of("node-pool-gcp");
const placement = "spec.platform.aws.placement";
const az = "spec.platform.azure";
const set = (subscription: string, group: string, name: string) =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/diskEncryptionSets/${name}`;
const subscription = "550e8400-e29b-41d4-a716-446655440000";
const subnet = (id: string, group = "demo") =>
  `/subscriptions/${id}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworks/demo/subnets/nodes`;

/** Rules of a NodePool. */
export const nodePoolCases: readonly RuleCase[] = [
  none("clusterName cannot change", {
    from: {},
    refuse: { "spec.clusterName": "other" },
    accept: { "spec.replicas": 3 },
  }),
  none("write clusterName in lower case", {
    refuse: [{ "spec.clusterName": "a.b" }, { "spec.clusterName": "A" }, { "spec.clusterName": "-a" }],
    accept: { "spec.clusterName": "a-1" },
  }),
  none("the type of a platform cannot change", { from: {}, refuse: { "spec.platform": { type: "Agent" } } }),
  of("node-pool-kubevirt")("arch cannot change", { from: {}, refuse: { "spec.arch": "amd64" } }),
  none("use arm64 on", {
    refuse: { "spec.arch": "arm64", "spec.platform": { type: "KubeVirt", kubevirt: {} } },
    accept: [
      { "spec.arch": "arm64" },
      { "spec.arch": "arm64", "spec.platform": { type: "Agent", agent: {} } },
      {
        "spec.arch": "arm64",
        "spec.platform": { type: "AWS", aws: { instanceType: "a", subnet: { id: "subnet-1" } } },
      },
    ],
  }),
  none("use s390x on KubeVirt or Agent only", {
    refuse: { "spec.arch": "s390x" },
    accept: [
      { "spec.arch": "s390x", "spec.platform": { type: "KubeVirt", kubevirt: {} } },
      { "spec.arch": "s390x", "spec.platform": { type: "Agent", agent: {} } },
    ],
  }),
  none("use ppc64le on PowerVS, Agent or None", {
    refuse: { "spec.arch": "ppc64le", "spec.platform": { type: "KubeVirt", kubevirt: {} } },
    accept: [{ "spec.arch": "ppc64le" }, { "spec.arch": "ppc64le", "spec.platform": { type: "Agent", agent: {} } }],
  }),
  none("write a number of nodes from 0 to 5000, the most", {
    refuse: [
      { "spec.replicas": -1 },
      { "spec.replicas": 2147483647 },
      { "spec.replicas": undefined, "spec.autoScaling": { min: 1, max: 5001 } },
    ],
    accept: [{ "spec.replicas": 0 }, { "spec.replicas": 5000 }],
  }),
  agent("write a number of nodes from 0 to 5000, or a share", {
    refuse: [
      { "spec.management.replace.rollingUpdate.maxSurge": -1 },
      { "spec.management.replace.rollingUpdate.maxSurge": 2147483647 },
      { "spec.management.replace.rollingUpdate.maxSurge": "two" },
      { "spec.management.replace.rollingUpdate.maxUnavailable": "101%" },
      { "spec.management": { upgradeType: "InPlace", inPlace: { maxUnavailable: "1" } } },
    ],
    accept: [
      { "spec.management.replace.rollingUpdate.maxSurge": "100%" },
      { "spec.management.replace.rollingUpdate.maxSurge": 0 },
    ],
  }),
  agent("write a maxSurge or a maxUnavailable above 0", {
    refuse: [
      { "spec.management.replace.rollingUpdate": { maxSurge: 0, maxUnavailable: 0 } },
      { "spec.management.replace.rollingUpdate": { maxSurge: "0%", maxUnavailable: 0 } },
    ],
    accept: { "spec.management.replace.rollingUpdate": { maxSurge: 0, maxUnavailable: 1 } },
  }),
  agent("write names of labels such as tier", {
    refuse: [
      { "spec.nodeLabels": { "bad key!": "x" } },
      { "spec.nodeLabels": { "": "x" } },
      { "spec.nodeLabels": { "Example.com/tier": "x" } },
      { "spec.nodeLabels": { "a/b/c": "x" } },
      { "spec.nodeLabels": { ["a".repeat(64)]: "x" } },
    ],
    accept: { "spec.nodeLabels": { "example.com/Tier_1": "x", ["a".repeat(63)]: "" } },
  }),
  agent("use letters, digits and - _ . for the value of a label", {
    refuse: [{ "spec.nodeLabels": { tier: "a b" } }, { "spec.nodeLabels": { tier: "-a" } }],
    accept: { "spec.nodeLabels": { tier: "A.b_c-1" } },
  }),
  agent("write a duration such as 90s", {
    refuse: [
      { "spec.nodeDrainTimeout": "soon" },
      { "spec.nodeDrainTimeout": "-5m" },
      { "spec.nodeDrainTimeout": "10" },
      { "spec.nodeVolumeDetachTimeout": "5 m" },
    ],
    accept: [
      { "spec.nodeDrainTimeout": "1h30m", "spec.nodeVolumeDetachTimeout": "0s" },
      { "spec.nodeDrainTimeout": "0" },
      { "spec.nodeDrainTimeout": "1.5h" },
    ],
  }),
  none("write replicas or autoScaling", {
    refuse: { "spec.replicas": 1, "spec.autoScaling": { min: 1, max: 2 } },
    accept: [{ "spec.replicas": 1 }, { "spec.replicas": 0 }, { "spec.autoScaling": { min: 1, max: 2 } }],
  }),
  aws("set arch to amd64 for Windows", {
    refuse: { "spec.platform.aws.imageType": "Windows", "spec.arch": "arm64" },
    accept: { "spec.platform.aws.imageType": "Windows" },
  }),
  none("write autoScaling.min of 1 or more", {
    refuse: { "spec.autoScaling": { min: 0, max: 2 } },
    accept: { "spec.autoScaling": { min: 1, max: 2 } },
  }),
  none("write a max that is not below min", {
    refuse: { "spec.autoScaling": { min: 3, max: 2 } },
    accept: { "spec.autoScaling": { min: 2, max: 2 } },
  }),
  agent("keep osImageStream", { from: {}, refuse: { "spec.osImageStream": undefined } }),
  none("make another node pool for rhel-9", {
    from: { "spec.osImageStream": { name: "rhel-10" } },
    refuse: { "spec.osImageStream": { name: "rhel-9" } },
  }),
  none("make another node pool for rhel-9", {
    from: { "spec.osImageStream": { name: "rhel-9" } },
    accept: { "spec.osImageStream": { name: "rhel-10" } },
    refuse: [],
  }),
  none("leave out inPlace", {
    refuse: { "spec.management.inPlace": {} },
    accept: { "spec.management": { upgradeType: "InPlace", inPlace: { maxUnavailable: "10%" } } },
  }),
  none("upgradeType cannot change", {
    from: {},
    refuse: { "spec.management.upgradeType": "InPlace" },
    accept: { "spec.management.replace.rollingUpdate.maxSurge": 2 },
  }),
  none("leave out rollingUpdate", {
    refuse: [
      { "spec.management.replace": { strategy: "OnDelete", rollingUpdate: {} } },
      { "spec.management.replace": { rollingUpdate: {} } },
    ],
    accept: [
      { "spec.management.replace": { strategy: "OnDelete" } },
      { "spec.management.replace": { strategy: "RollingUpdate" } },
    ],
  }),
  none("write the name of a taint", {
    refuse: [
      { "spec.taints": [{ key: "a b", effect: "NoSchedule" }] },
      { "spec.taints": [{ key: "Example.com/a", effect: "NoSchedule" }] },
    ],
    accept: { "spec.taints": [{ key: "example.com/A_1", effect: "NoSchedule" }] },
  }),
  none("use letters, digits and - _ . for the value", {
    refuse: { "spec.taints": [{ key: "a", value: "-a", effect: "NoSchedule" }] },
    accept: [
      { "spec.taints": [{ key: "a", value: "", effect: "NoSchedule" }] },
      { "spec.taints": [{ key: "a", value: "a_b.c-d", effect: "NoExecute" }] },
    ],
  }),
  none("write true, false, an empty string", {
    refuse: { "spec.pausedUntil": "maybe" },
    accept: [{ "spec.pausedUntil": "" }, { "spec.pausedUntil": null }, { "spec.pausedUntil": "2026-01-31T18:00:00Z" }],
  }),
  none("write the pull spec of a release image", { refuse: { "spec.release.image": "a b" } }),

  // AWS.
  aws("write either an id that begins with subnet-", {
    refuse: [
      { "spec.platform.aws.subnet": {} },
      { "spec.platform.aws.subnet": { id: "vpc-1" } },
      { "spec.platform.aws.subnet": { filters: [] } },
      { "spec.platform.aws.subnet": { id: "subnet-1", filters: [{ name: "a", values: ["b"] }] } },
    ],
    accept: { "spec.platform.aws.subnet": { filters: [{ name: "a", values: ["b"] }] } },
  }),
  aws("use letters, digits and _ . : / = + - @", { refuse: { "spec.platform.aws.resourceTags.0.key": "a b" } }),
  aws("leave out capacityReservation, or use another", {
    refuse: { [`${placement}.tenancy`]: "host" },
    accept: { [placement]: { tenancy: "host" } },
  }),
  aws("leave out capacityReservation for Spot", {
    refuse: { [placement]: { marketType: "Spot", capacityReservation: {} } },
    accept: { [placement]: { marketType: "OnDemand", capacityReservation: {} } },
  }),
  spot("leave out tenancy for Spot", {
    refuse: { [`${placement}.tenancy`]: "dedicated" },
    accept: { [`${placement}.tenancy`]: undefined },
  }),
  aws("write capacityReservation where marketType", { refuse: { [placement]: { marketType: "CapacityBlocks" } } }),
  spot("leave out spot", {
    refuse: [{ [`${placement}.marketType`]: "OnDemand" }, { [`${placement}.marketType`]: undefined }],
  }),
  aws("leave out the reservation's id", {
    refuse: [
      { [`${placement}.capacityReservation.preference`]: "Open" },
      { [`${placement}.capacityReservation.preference`]: "None" },
    ],
    accept: [
      { [`${placement}.capacityReservation.preference`]: "" },
      { [placement]: { capacityReservation: { preference: "Open" } } },
    ],
  }),
  aws("write the id of the reservation", { refuse: { [`${placement}.capacityReservation.id`]: undefined } }),
  aws("write the id of a capacity reservation", {
    refuse: [
      { [`${placement}.capacityReservation.id`]: "cr-1" },
      { [`${placement}.capacityReservation.id`]: "cr-0123456789ABCDEF0" },
    ],
  }),

  // Azure.
  azure("write imageID where type is ImageID", {
    refuse: [{ [`${az}.image.imageID`]: "a" }, { [`${az}.image`]: { type: "ImageID" } }],
    accept: { [`${az}.image`]: { type: "ImageID", imageID: "a" } },
  }),
  azure("leave out azureMarketplace", {
    refuse: { [`${az}.image`]: { type: "ImageID", imageID: "a", azureMarketplace: { imageGeneration: "Gen1" } } },
    accept: { [`${az}.image`]: { type: "AzureMarketplace" } },
  }),
  azure("write publisher, offer, sku and version", {
    refuse: [{ [`${az}.image.azureMarketplace.sku`]: undefined }, { [`${az}.image.azureMarketplace`]: { offer: "a" } }],
    accept: { [`${az}.image.azureMarketplace`]: { imageGeneration: "Gen1" } },
  }),
  azure("write encryptionSetID as", { refuse: { [`${az}.osDisk.encryptionSetID`]: "set" } }),
  azure("write the subscription in the id", {
    refuse: [{ [`${az}.osDisk.encryptionSetID`]: set("a", "b", "c") }, { [`${az}.subnetID`]: subnet("a") }],
    accept: { [`${az}.osDisk.encryptionSetID`]: set(subscription, "a", "b") },
  }),
  azure("write the resource group in the id with", {
    refuse: [
      { [`${az}.osDisk.encryptionSetID`]: set(subscription, "a b", "c") },
      { [`${az}.subnetID`]: subnet(subscription, "a b") },
    ],
  }),
  azure("write the resource group in the id without", {
    refuse: [
      { [`${az}.osDisk.encryptionSetID`]: set(subscription, "a.", "c") },
      { [`${az}.subnetID`]: subnet(subscription, "a.") },
    ],
  }),
  azure("write the disk encryption set in the id", {
    refuse: { [`${az}.osDisk.encryptionSetID`]: set(subscription, "a", "b.c") },
  }),
  azure("write availabilityZone as", {
    refuse: { [`${az}.availabilityZone`]: "4" },
    accept: { [`${az}.availabilityZone`]: "3" },
  }),
  azure("write userManaged where", {
    refuse: [{ [`${az}.diagnostics.userManaged`]: undefined }, { [`${az}.diagnostics.storageAccountType`]: "Managed" }],
    accept: { [`${az}.diagnostics`]: { storageAccountType: "Managed" } },
  }),
  azure("write an address that begins with https://", {
    refuse: { [`${az}.diagnostics.userManaged.storageAccountURI`]: "http://example.com" },
  }),

  // GCP.
  gcp("set onHostMaintenance to TERMINATE", {
    refuse: { "spec.platform.gcp.onHostMaintenance": "MIGRATE" },
    accept: { "spec.platform.gcp.provisioningModel": "Standard", "spec.platform.gcp.onHostMaintenance": "MIGRATE" },
  }),
  gcp("write machineType in lower case", {
    refuse: [{ "spec.platform.gcp.machineType": "N2" }, { "spec.platform.gcp.machineType": "n2--4" }],
    accept: { "spec.platform.gcp.machineType": "n2" },
  }),
  gcp("write zone as in", {
    refuse: { "spec.platform.gcp.zone": "us-central1" },
    accept: { "spec.platform.gcp.zone": "europe-west2-c" },
  }),
  gcp("write kmsKeyName as", {
    refuse: { "spec.platform.gcp.bootDisk.encryptionKey.kmsKeyName": "key" },
  }),

  // Status.
  agent("report a version that begins with three numbers", {
    from: {},
    refuse: { "status.nodesInfo.nodeVersions.0.ocpVersion": "v1.34.4" },
    accept: { "status.nodesInfo.nodeVersions.0.ocpVersion": "1.34.4-1" },
  }),
  agent("report a kubelet version", {
    from: {},
    refuse: { "status.nodesInfo.nodeVersions.0.kubeletVersion": "1.34" },
    accept: { "status.nodesInfo.nodeVersions.0.kubeletVersion": "1.34.4" },
  }),
];
