import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { Address } from "../../control-plane/endpoints.ts";
import type { Kube } from "../../kube/kube.ts";
import type { KeptRelease } from "../../release/release.ts";
import type { EtcdFollower } from "./etcd/etcd-follower.ts";

/** The part of `EtcdFollower` that steps use. */
export type FollowedEtcd = Pick<EtcdFollower, keyof EtcdFollower>;

/** What the hosted-control-plane controller needs from the process around it. */
export interface Options {
  /** Where the HostedControlPlane is, and everything made for it. */
  namespace: string;
  /** The release that a HostedControlPlane is to run, read with the credentials beside it; rejects with a `RegistryError`. */
  releaseOf: (hostedControlPlane: HostedControlPlane, kube: Kube) => Promise<KeptRelease>;
  /** The IP addresses of a host name; rejects or gives none where it has none. */
  resolve: (host: string) => Promise<string[]>;
  /** Asks the API server at an address for its health, trusting that authority; says why there was no good answer. */
  askApiServer: (address: Address, authority: string, signal: AbortSignal) => Promise<string | undefined>;
  /** What the members of etcd say. */
  etcd: FollowedEtcd;
  /** Keeps the inside of the hosted cluster right from now on; called again whenever the kubeconfig may have changed. */
  startGuest: (guest: { kubeconfig: string }) => Promise<void>;
  /** Ends what `startGuest` started. */
  stopGuest: () => Promise<void>;
}
