import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Resource } from "../kube/resource.ts";
import { root } from "./programs.ts";

/** A manifest of one of our kinds. */
export type Sample = Resource & { kind: string; spec: Record<string, unknown>; status?: Record<string, unknown> };

const folder = join(root, "src", "api", "fixtures");

/** Valid manifests by name; together they use every field of every kind. A HostedControlPlane stands for each HostedCluster. */
export function samples(): Map<string, Sample> {
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  const read = files.map((name) => {
    const sample = parse(readFileSync(join(folder, name), "utf8")) as Sample;
    return [name.replace(/\.yaml$/, ""), sample] as const;
  });
  const controlPlanes = read
    .filter(([, { kind }]) => kind === "HostedCluster")
    .map(([name, cluster]) => [name.replace("cluster", "control-plane"), hostedControlPlane(cluster)] as const);
  return new Map([...read, ...controlPlanes]);
}

const defaultNetworking = {
  networkType: "OVNKubernetes",
  clusterNetwork: [{ cidr: "10.132.0.0/14" }],
  serviceNetwork: [{ cidr: "172.31.0.0/16" }],
};

function hostedControlPlane({ metadata, apiVersion, spec, status }: Sample): Sample {
  const { release, controlPlaneRelease, networking, ...rest } = spec as {
    release: { image: string };
    controlPlaneRelease?: { image: string };
    networking?: object;
  };
  return {
    apiVersion,
    kind: "HostedControlPlane",
    metadata,
    spec: {
      dns: { baseDomain: "" },
      sshKey: { name: "" },
      infraID: "demo",
      issuerURL: "https://kubernetes.default.svc",
      etcd: { managementType: "Managed", managed: { storage: { type: "PersistentVolume" } } },
      ...rest,
      networking: { ...defaultNetworking, ...networking },
      releaseImage: release.image,
      ...(controlPlaneRelease && {
        controlPlaneReleaseImage: controlPlaneRelease.image,
        kubeconfig: { name: "admin-kubeconfig", key: "kubeconfig" },
      }),
    },
    ...(status && { status: hostedControlPlaneStatus(status) }),
  };
}

function hostedControlPlaneStatus(status: Record<string, unknown>): Record<string, unknown> {
  const { observedGeneration, version, kubeconfig, customKubeconfig, ignitionEndpoint, payloadArch, ...rest } = status;
  return {
    ...rest,
    versionStatus: version,
    version: "1.34.4",
    ready: true,
    initialized: true,
    externalManagedControlPlane: true,
    initialization: { controlPlaneInitialized: true },
    kubeConfig: { name: "admin-kubeconfig", key: "kubeconfig" },
    customKubeconfig: { name: "custom-admin-kubeconfig", key: "kubeconfig" },
    releaseImage: "registry.example.com/roost/release:1.34.4",
    lastReleaseImageTransitionTime: "2026-01-31T18:00:00Z",
    nodeCount: 2,
    reportingNodeCount: 1,
    recovery: { id: "restore-1", mode: "EtcdOnly", etcd: "Restored", message: "", givenUp: false },
  };
}
