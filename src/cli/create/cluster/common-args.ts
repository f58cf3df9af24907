import { checked, choice, duration, file, flag, integer, list, pairs, text } from "../../arg.ts";
import { cidrCheck, domainCheck, imageCheck, nameCheck, pausedUntilCheck, quantityCheck } from "../check-words.ts";

const availability = ["SingleReplica", "HighlyAvailable"] as const;

/** The flags of `create cluster` that every platform has, with the names and defaults of HyperShift. */
export const commonArgs = {
  name: checked("The cluster's name", nameCheck, { default: "example", placeholder: "NAME" }),
  namespace: checked("Where the HostedCluster is made", nameCheck, {
    default: "clusters",
    placeholder: "NAME",
    short: "n",
  }),
  baseDomain: checked("The domain that the cluster's names are under", domainCheck, { placeholder: "DOMAIN" }),
  baseDomainPrefix: text("What stands before the base domain, in place of the cluster's name; none for nothing", {
    placeholder: "PREFIX",
  }),
  externalDnsDomain: checked("Publish services under names of this domain, kept by external-dns", domainCheck, {
    placeholder: "DOMAIN",
  }),
  releaseImage: checked("The release to run; the installed default where absent", imageCheck, { placeholder: "IMAGE" }),
  pullSecret: file("Credentials for image registries, as a dockerconfigjson", { required: true }),
  sshKey: file("The public SSH key for every node"),
  generateSsh: flag("Make an SSH key for the nodes"),
  additionalTrustBundle: file("Certificates (PEM) of authorities that control plane and nodes trust"),
  imageContentSources: file("A YAML list of image sources and their mirrors"),
  controlPlaneAvailabilityPolicy: choice(availability, "How many of each part of the control plane run", {
    default: "SingleReplica",
  }),
  infraAvailabilityPolicy: choice(availability, "How many of each of the cluster's own services run", {
    default: "SingleReplica",
  }),
  nodePoolReplicas: integer("Nodes of the first NodePool", { default: 0, max: 5000 }),
  nodeUpgradeType: choice(["Replace", "InPlace"], "How nodes get a new version"),
  nodeDrainTimeout: duration("How long draining a node may take"),
  nodeVolumeDetachTimeout: duration("How long detaching a node's volumes may take"),
  autoRepair: flag("Replace nodes that are not healthy"),
  arch: choice(["amd64", "arm64", "ppc64le", "s390x"], "The nodes' architecture", { default: "amd64" }),
  networkType: choice(
    ["OVNKubernetes", "OpenShiftSDN", "Calico", "Other"],
    "The pod network; Other: you bring your own",
    {
      default: "OVNKubernetes",
    },
  ),
  clusterCidr: list("Addresses of pods", {
    separator: ",",
    check: cidrCheck,
    default: ["10.132.0.0/14"],
    placeholder: "CIDR",
  }),
  serviceCidr: list("Addresses of Services", {
    separator: ",",
    check: cidrCheck,
    default: ["172.31.0.0/16"],
    placeholder: "CIDR",
  }),
  machineCidr: list("Addresses of nodes", { separator: ",", check: cidrCheck, placeholder: "CIDR" }),
  defaultDual: flag("Both IPv4 and IPv6 addresses, from the default networks"),
  allocateNodeCidrs: flag("Give each node its block of the cluster network (network type Other)"),
  disableMultiNetwork: flag("Without Multus (network type Other)"),
  ovnKubernetesMtu: integer("MTU of the OVN-Kubernetes network", { min: 576, max: 9216 }),
  kasDnsName: checked("One more name for the API server, with a kubeconfig of its own", domainCheck, {
    placeholder: "DOMAIN",
  }),
  etcdStorageClass: text("StorageClass for etcd's data", { placeholder: "NAME" }),
  etcdStorageSize: checked("Size of an etcd volume", quantityCheck, { default: "8Gi", placeholder: "SIZE" }),
  infraId: checked("The cluster's infraID; made by the operator where absent", nameCheck, { placeholder: "ID" }),
  annotations: pairs("An annotation of the HostedCluster", { separator: false }),
  labels: pairs("A label of the HostedCluster", { separator: false }),
  podsLabels: pairs("A label of the control plane's pods"),
  nodeSelector: pairs("A label that management nodes must have to run the control plane"),
  toleration: list(
    "A taint of management nodes that the control plane accepts: key=k,operator=Exists,effect=NoSchedule",
    {
      placeholder: "TOLERATION",
    },
  ),
  fips: flag("Nodes use cryptography validated by FIPS"),
  featureSet: choice(
    ["TechPreviewNoUpgrade", "CustomNoUpgrade", "DevPreviewNoUpgrade"],
    "Turn on a set of features; it cannot be turned off again",
  ),
  olmCatalogPlacement: choice(["management", "guest"], "Where the catalogs of operators run", {
    default: "management",
  }),
  olmDisableDefaultSources: flag("Without the default catalogs of operators"),
  enableClusterCapabilities: list("Optional parts of the cluster to have", {
    separator: ",",
    placeholder: "CAPABILITY",
  }),
  disableClusterCapabilities: list("Optional parts of the cluster to leave out", {
    separator: ",",
    placeholder: "CAPABILITY",
  }),
  controlPlaneOperatorImage: checked("Another image for the control-plane-operator", imageCheck, {
    placeholder: "IMAGE",
  }),
  pausedUntil: checked("Make it paused: true, or until a date", pausedUntilCheck, {
    name: "pausedUntil",
    placeholder: "DATE",
  }),
  render: flag("Print the manifests instead of applying them"),
  renderInto: text("Write the manifests to this file instead of applying them", { placeholder: "FILE" }),
  renderSensitive: flag("Print Secrets too"),
  wait: flag("Wait until the cluster can be used"),
  timeout: duration("How long to wait", { default: "30m" }),
};

/** Common flags of HyperShift that have no meaning here yet. */
export const commonFlagsNotServed: readonly string[] = ["release-stream", "version-check"];
