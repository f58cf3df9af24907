import { type ControlPlane, replicasOf } from "../control-plane.ts";

type Facts = Pick<ControlPlane, "namespace" | "spec">;

/** The names of etcd's members, which are those of its pods. */
export function members(plane: Facts): string[] {
  return Array.from({ length: replicasOf(plane, "serving") }, (_, i) => `etcd-${i}`);
}

/** A member's own host name, stable over its pod's life. */
export function memberHost(member: string, namespace: string): string {
  return `${member}.etcd-discovery.${namespace}.svc`;
}

/** All members, as etcd's `--initial-cluster` wants them. */
export function initialCluster(plane: Facts): string {
  return members(plane)
    .map((member) => `${member}=https://${memberHost(member, plane.namespace)}:2380`)
    .join(",");
}
