import { type ControlPlane, countOf } from "../control-plane.ts";

type Facts = Pick<ControlPlane, "namespace" | "spec">;

/** The names of etcd's members, which are those of its pods. */
export function members(plane: Pick<ControlPlane, "spec">): string[] {
  return Array.from({ length: countOf(plane, "etcd") }, (_, i) => `etcd-${i}`);
}

/** A member's own host name, stable over its pod's life. */
export function memberHost(member: string, namespace: string): string {
  return `${member}.etcd-discovery.${namespace}.svc`;
}

/** Where a member is called by the others. */
export function peerURL(member: string, namespace: string): string {
  return `https://${memberHost(member, namespace)}:2380`;
}

/** These members, as etcd's `--initial-cluster` wants them. */
export function clusterOf(names: readonly string[], namespace: string): string {
  return names.map((name) => `${name}=${peerURL(name, namespace)}`).join(",");
}

/** All members. */
export function initialCluster(plane: Facts): string {
  return clusterOf(members(plane), plane.namespace);
}
