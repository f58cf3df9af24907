import { operatorNamespace } from "../../api/operator-namespace.ts";
import { isForbidden } from "../../kube/api-error.ts";
import {
  CustomResourceDefinition,
  DaemonSet,
  EndpointSlice,
  Node,
  Pod,
  Service,
  ServiceCidr,
  StorageClass,
} from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { managersOf } from "../install/managers-of.ts";
import { amountOf } from "./amount-of.ts";
import type { Management } from "./findings.ts";

/** Field managers whose definitions are ours: `hcp install`, and `kubectl apply` of what it renders. */
const ours = ["hcp", "kubectl", "kubectl-client-side-apply"];

/** Reads what `findings` judges. What the user may not look at counts as not there. `definitions`: names of ours. */
export async function lookAtManagement(
  kube: Kube,
  definitions: readonly string[],
): Promise<Omit<Management, "release">> {
  const [
    version,
    isAdministrator,
    storageClasses,
    services,
    nodes,
    pods,
    slices,
    daemonSets,
    crds,
    serviceCidrs,
    installedIn,
  ] = await Promise.all([
    kube.request("GET", "/version"),
    mayDoEverything(kube),
    allowed(kube.list(StorageClass)),
    allowed(kube.list(Service)),
    allowed(kube.list(Node)),
    allowed(kube.list(Pod)),
    allowed(kube.list(EndpointSlice)),
    allowed(kube.list(DaemonSet)),
    allowed(kube.list(CustomResourceDefinition, { metadataOnly: true })),
    allowed(kube.list(ServiceCidr, { optional: true })),
    operatorNamespace(kube),
  ]);
  const balanced = services.filter(({ spec }) => spec?.type === "LoadBalancer");
  const isServed = ({ status }: Service) => (status?.loadBalancer?.ingress ?? []).length > 0;
  return {
    version: (JSON.parse(version.body) as { gitVersion?: string }).gitVersion ?? "",
    isAdministrator,
    storageClasses: storageClasses.map(({ metadata }) => ({
      name: metadata?.name ?? "",
      isDefault: metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
    })),
    loadBalancers: {
      served: balanced.filter(isServed).length,
      waiting: balanced.filter((each) => !isServed(each)).map(keyOf),
    },
    nodes: nodes.map((node) => ({
      name: node.metadata?.name ?? "",
      ready: node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false,
      addresses: addressesOf(node),
      ...roomOn(node, pods),
    })),
    hasDns: slices.some(isReadyDns),
    networks: [
      ...nodes.flatMap(({ spec }) => spec?.podCIDRs ?? []),
      ...nodes.flatMap(addressesOf).map((address) => `${address}/${address.includes(":") ? 128 : 32}`),
      ...serviceCidrs.flatMap(({ spec }) => spec?.cidrs ?? []),
    ],
    daemonSets: daemonSets.map(({ metadata }) => metadata?.name ?? ""),
    foreignDefinitions: crds
      .filter(({ metadata }) => definitions.includes(metadata?.name ?? ""))
      .map((crd) => ({ name: crd.metadata?.name ?? "", managers: managersOf(crd) }))
      .filter(({ managers }) => !managers.some((manager) => ours.includes(manager)))
      .map(({ name, managers }) => ({ name, manager: managers[0] ?? "somebody" })),
    installedIn,
  };
}

async function allowed<T>(list: Promise<T[]>): Promise<T[]> {
  try {
    return await list;
  } catch (error) {
    if (isForbidden(error)) return [];
    throw error;
  }
}

async function mayDoEverything(kube: Kube): Promise<boolean> {
  const { status, body } = await kube.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { verb: "*", group: "*", resource: "*" } },
    },
  });
  return status < 300 && (JSON.parse(body) as { status?: { allowed?: boolean } }).status?.allowed === true;
}

function addressesOf({ status }: Node): string[] {
  return (status?.addresses ?? [])
    .filter(({ type }) => type === "InternalIP" || type === "ExternalIP")
    .map(({ address }) => address);
}

/** What is left of a node when all pods get what they ask for. */
function roomOn({ metadata, status }: Node, pods: readonly Pod[]): { freeMemory: number; freeCpu: number } {
  const here = pods.filter(
    (pod) => pod.spec?.nodeName === metadata?.name && !["Succeeded", "Failed"].includes(pod.status?.phase ?? ""),
  );
  const asked = (resource: "memory" | "cpu") =>
    here
      .flatMap(({ spec }) => spec?.containers ?? [])
      .reduce((sum, { resources }) => sum + amountOf(resources?.requests?.[resource]), 0);
  return {
    freeMemory: amountOf(status?.allocatable?.memory) - asked("memory"),
    freeCpu: amountOf(status?.allocatable?.cpu) - asked("cpu"),
  };
}

/** The Service for DNS is called so in every conformant Kubernetes, but for OpenShift. */
function isReadyDns({ metadata, endpoints }: EndpointSlice): boolean {
  const key = `${metadata?.namespace}/${metadata?.labels?.["kubernetes.io/service-name"]}`;
  const names = ["kube-system/kube-dns", "kube-system/coredns", "openshift-dns/dns-default"];
  return names.includes(key) && (endpoints ?? []).some(({ conditions }) => conditions?.ready !== false);
}

function keyOf({ metadata }: Resource): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}
