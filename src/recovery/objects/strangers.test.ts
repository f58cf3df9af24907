import { expect, test } from "vitest";
import type { Resource } from "../../kube/resource.ts";
import { type Recorded, recorded } from "../backup/recorded.ts";
import { strangers } from "./strangers.ts";

const cluster = { namespace: "clusters", name: "demo" };
const object = (apiVersion: string, kind: string, where: string, more: object = {}): Recorded => {
  const [namespace, name] = where.includes("/") ? where.split("/") : [undefined, where];
  return recorded({ apiVersion, kind, metadata: { ...(namespace && { namespace }), name }, ...more } as Resource);
};
const hypershift = "hypershift.openshift.io/v1beta1";
const agentInstall = "agent-install.openshift.io/v1beta1";
const boundTo = (namespace: string) => ({ spec: { clusterDeploymentName: { name: "demo", namespace } } });

test("all that a backup of the cluster holds is the cluster's", () => {
  const own = [
    object("v1", "Namespace", "clusters-demo"),
    object("v1", "Secret", "clusters/pull", { type: "kubernetes.io/dockerconfigjson" }),
    object("v1", "ConfigMap", "clusters-demo/durable-record"),
    object(hypershift, "HostedCluster", "clusters/demo"),
    object(hypershift, "NodePool", "clusters/workers", { spec: { clusterName: "demo" } }),
    object(hypershift, "HostedControlPlane", "clusters-demo/demo"),
    object("cluster.x-k8s.io/v1beta2", "Machine", "clusters-demo/m"),
    object(agentInstall, "Agent", "hosts/h", boundTo("clusters-demo")),
  ];
  expect(strangers(own, cluster)).toEqual([]);
});

test.each([
  ["another namespace", object("v1", "Namespace", "kube-system")],
  ["a Secret elsewhere", object("v1", "Secret", "kube-system/s")],
  [
    "a token of the management cluster",
    object("v1", "Secret", "clusters/s", { type: "kubernetes.io/service-account-token" }),
  ],
  ["another cluster", object(hypershift, "HostedCluster", "clusters/other")],
  ["another's pool", object(hypershift, "NodePool", "clusters/p", { spec: { clusterName: "other" } })],
  ["a host of another cluster", object(agentInstall, "Agent", "hosts/h", boundTo("clusters-other"))],
  ["a machine elsewhere", object("cluster.x-k8s.io/v1beta2", "Machine", "clusters-other/m")],
  ["a kind that no backup has", object("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "all")],
  ["a pod", object("v1", "Pod", "clusters-demo/p")],
])("%s is not the cluster's, whoever wrote it into the store", (_, each) => {
  expect(strangers([each], cluster)).toEqual([expect.stringContaining(each.facts.kind)]);
});

test("an object that is not what its facts say is not the cluster's", () => {
  const { facts } = object("v1", "Secret", "clusters/pull");
  const { object: other } = object("v1", "Secret", "kube-system/s");
  expect(strangers([{ facts, object: other }], cluster)).toEqual(["Secret clusters/pull"]);
});
