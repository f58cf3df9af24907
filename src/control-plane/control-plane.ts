import type { HostedControlPlane } from "../api/index.ts";
import type { PlaneMode } from "../api/plane-mode.ts";
import type { Release } from "../release/release.ts";
import type { Endpoints } from "./endpoints.ts";

/** A key that Secrets are encrypted with in etcd: the Secret it comes from, and its base64 text. */
export interface EncryptionKey {
  name: string;
  secret: string;
}

/** Everything that rendering a hosted control plane depends on. No client, no clock: same facts, same manifests. */
export interface ControlPlane {
  /** The HostedControlPlane's name and namespace. */
  name: string;
  namespace: string;
  /** The HostedControlPlane's annotations that tune components. */
  annotations: Record<string, string>;
  spec: HostedControlPlane["spec"];
  release: Release;
  /** Where the world reaches the published services, as far as known. */
  endpoints: Endpoints;
  /** Hash of each Secret and ConfigMap in the namespace that rendering does not make itself, by `Secret/name`. */
  contents: Record<string, string>;
  /** Present where Secrets are encrypted with AES-CBC. */
  encryption?: {
    active: EncryptionKey;
    backup?: EncryptionKey;
    /** Keys that were in use and that the spec no longer names, or under names that they have no more. */
    former?: EncryptionKey[];
    /** While the active key is only made known: what is written with until then. `nothing` leaves it as it is. */
    writesWith?: EncryptionKey | "nothing";
  };
  /** Whether the API server has answered once. */
  started: boolean;
  /** How many nodes of the hosted cluster have not stopped reporting: their agents will dial a konnectivity server that starts. */
  nodes: number;
  /** Whether the management cluster serves `route.openshift.io`. */
  routes: boolean;
  /** How much of it runs; all where absent. */
  mode?: PlaneMode;
}

export function isHighlyAvailable({ spec }: Pick<ControlPlane, "spec">): boolean {
  return spec.controllerAvailabilityPolicy !== "SingleReplica";
}

/** Members of etcd, programs that answer requests (3 or 1), programs that elect a leader (2 or 1). */
type Role = "etcd" | "serving" | "leading";

/** How many of them there are, also while they do not run. */
export function countOf(plane: Pick<ControlPlane, "spec">, role: Role): number {
  if (!isHighlyAvailable(plane)) return 1;
  return role === "leading" ? 2 : 3;
}

/** How many of them are to run now. */
export function replicasOf(plane: Pick<ControlPlane, "spec" | "mode">, role: Role): number {
  const { mode = "Running" } = plane;
  const runs = mode === "Running" || (mode === "EtcdOnly" && role === "etcd");
  return runs ? countOf(plane, role) : 0;
}

/** The network of Services, IPv4 or IPv6, one or both. */
export function serviceNetworks({ spec }: Pick<ControlPlane, "spec">): string[] {
  return spec.networking?.serviceNetwork?.map(({ cidr }) => cidr) ?? ["172.31.0.0/16"];
}

/** The network of pods. */
export function clusterNetworks({ spec }: Pick<ControlPlane, "spec">): { cidr: string; hostPrefix?: number }[] {
  return spec.networking?.clusterNetwork ?? [{ cidr: "10.132.0.0/14" }];
}

const prefix = "hypershift.openshift.io/";
/** The value of `hypershift.openshift.io/<name>` on the HostedControlPlane. */
export function tuning({ annotations }: Pick<ControlPlane, "annotations">, name: string): string | undefined {
  return annotations[prefix + name];
}
