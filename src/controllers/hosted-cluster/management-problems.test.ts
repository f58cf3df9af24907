import { expect, test } from "vitest";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import type { StorageClass } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { clashProblems, lookAtManagement, storageProblems } from "./management-problems.ts";

const networks = { pods: ["10.128.0.0/14"], others: ["10.96.0.0/12", "192.0.2.7/32"] };
const clash = (networking: object) => clashProblems({ spec: { networking } } as HostedCluster, { networks });

test("a management cluster that does not serve ServiceCIDRs, as before 1.33, can be looked at", async () => {
  const list = async ({ kind }: { kind: string }, options: { optional?: boolean } = {}) => {
    if (kind === "ServiceCIDR" && !options.optional) throw new Error("it is not served");
    return [];
  };
  const found = await lookAtManagement({ list } as unknown as Kube);
  expect(found.networks.others).toEqual([]);
});

test("networks that the management cluster does not have are fine", () => {
  const usual = { clusterNetwork: [{ cidr: "10.132.0.0/14" }], serviceNetwork: [{ cidr: "172.31.0.0/16" }] };
  expect(clash(usual)).toEqual([]);
});

test.each([
  [
    { clusterNetwork: [{ cidr: "10.129.0.0/16" }] },
    "networking.clusterNetwork[0] 10.129.0.0/16 overlaps 10.128.0.0/14",
  ],
  [{ serviceNetwork: [{ cidr: "10.100.0.0/16" }] }, "networking.serviceNetwork[0] 10.100.0.0/16 overlaps 10.96.0.0/12"],
  [{ serviceNetwork: [{ cidr: "192.0.2.0/24" }] }, "overlaps 192.0.2.7/32 of the management cluster"],
])("%j clashes with the management cluster, which is said with the field", (networking, message) => {
  expect(clash(networking)[0]).toContain(message);
});

const storage = (storageClassName: string | undefined, ...storageClasses: StorageClass[]) =>
  storageProblems(
    {
      spec: {
        etcd: { managementType: "Managed", managed: { storage: { persistentVolume: { storageClassName } } } },
      },
    } as HostedCluster,
    { storageClasses, hasVolumes: false },
  );
const aClass = (name: string, isDefault = "false"): StorageClass => ({
  metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": isDefault } },
  provisioner: "example.com/disk",
});

test("etcd's StorageClass is there by name, or as the default", () => {
  expect(storage("fast", aClass("fast"))).toEqual([]);
  expect(storage(undefined, aClass("slow"), aClass("fast", "true"))).toEqual([]);
});

test("a StorageClass that is missing is named, with those that there are", () => {
  expect(storage("fast", aClass("slow"))[0]).toContain("names the StorageClass fast, which");
  expect(storage("fast", aClass("slow"))[0]).toContain("(there is slow)");
  expect(storage(undefined, aClass("slow"))[0]).toContain("no StorageClass of the management cluster is the default");
  expect(storage(undefined)[0]).toContain("(there is none)");
});

test("volumes that were made by hand need no StorageClass, and an etcd of somebody else's no volume", () => {
  const cluster = { spec: { etcd: { managementType: "Managed" } } } as HostedCluster;
  expect(storageProblems(cluster, { storageClasses: [], hasVolumes: true })).toEqual([]);
  const unmanaged = { spec: { etcd: { managementType: "Unmanaged" } } } as HostedCluster;
  expect(storageProblems(unmanaged, { storageClasses: [], hasVolumes: false })).toEqual([]);
});
