import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { unreadableRecovery, wantedRecovery } from "../../api/wanted-recovery.ts";
import type { ControlPlane } from "../../control-plane/control-plane.ts";
import type { Endpoints } from "../../control-plane/endpoints.ts";
import { type ConditionUpdate, setCondition } from "../../kube/conditions.ts";
import type { Context, Wait } from "../../kube/controller.ts";
import type { ConfigMap, Deployment, Secret, StatefulSet } from "../../kube/kinds.ts";
import type { Release } from "../../release/release.ts";
import type { Step } from "../run-steps.ts";
import type { ComponentState } from "./component-state.ts";
import type { EtcdFacts } from "./etcd/etcd-facts.ts";
import type { RestoreState } from "./etcd/restore-state.ts";
import type { Options } from "./options.ts";

/** One look at a HostedControlPlane: the object, what was found beside it, and the means to act. Steps share it. */
export interface Pass extends Context {
  hcp: HostedControlPlane;
  options: Options;
  namespace: string;
  /** Every Secret of the namespace; after `ensureKeys` with those that it made. */
  secrets: Secret[];
  /** Hashes of Secrets and ConfigMaps, as in `ControlPlane`. */
  contents: Record<string, string>;
  configMaps: ConfigMap[];
  /** Whether certificates were looked at in this pass. */
  keysSeenTo: boolean;
  /** Keys that are being written, by `Secret/name`. */
  writing: Map<string, Promise<unknown>>;
  /** Whether the management cluster serves Routes. */
  routes: boolean;
  encryption?: ControlPlane["encryption"];
  release?: Release;
  endpoints: Endpoints;
  /** Each component's workload and how it is, as far as this pass came to it. */
  workloads: Map<string, Deployment | StatefulSet>;
  states: Map<string, ComponentState>;
  /** The components whose workloads this pass applied. */
  applied: Set<string>;
  /** Components that are not to be made yet, each with the reason. */
  held: Map<string, string>;
  /** Whether what etcd began with can be read, and if not why; nothing where this pass did not look. */
  snapshot?: "readable" | RestoreState;
  /** What went wrong in repairing etcd. */
  etcdTrouble?: string;
  /** Which members of etcd may have bad data; nothing where none is suspected. */
  etcdSuspects?: Pick<EtcdFacts, "damaged" | "hashes">;
  /** A member of etcd was defragmented in this pass. */
  etcdDefragmented?: true;
  /** What the first step that could not finish said; the steps after it went on with what there was. */
  waits: Wait[];
}

export type PlaneStep = Step<Pass>;

/** States a condition of the HostedControlPlane, as of the generation that was looked at. */
export function state({ hcp, now }: Pick<Pass, "hcp" | "now">, update: ConditionUpdate): void {
  hcp.status ??= { ready: false, initialized: false };
  hcp.status.conditions ??= [];
  setCondition(hcp.status.conditions, { observedGeneration: hcp.metadata?.generation, ...update }, now());
}

/** True while a recovery wants less than all of the control plane, or what it wants cannot be read. */
export function isStopped({ hcp }: Pick<Pass, "hcp">): boolean {
  return unreadableRecovery(hcp) !== undefined || (wantedRecovery(hcp)?.mode ?? "Running") !== "Running";
}

/** True where that was also carried out: what is paused or cannot be changed goes on as it was. */
export function hasStopped(pass: Pick<Pass, "hcp" | "workloads">): boolean {
  return isStopped(pass) && pass.workloads.get("kube-apiserver")?.spec?.replicas === 0;
}

/** The facts that components are rendered from; only once the release is known. */
export function planeOf({ hcp, namespace, release, endpoints, contents, encryption, routes }: Pass): ControlPlane {
  const started = hcp.status?.initialized ?? false;
  const nodes = hcp.status?.reportingNodeCount ?? hcp.status?.nodeCount ?? 0;
  if (!release) throw new Error("Cannot render the control plane: its release is not known");
  const { name = "", annotations = {} } = hcp.metadata ?? {};
  const known = { name, namespace, annotations, release, endpoints, contents, encryption, started, nodes, routes };
  return { ...known, spec: hcp.spec, mode: wantedRecovery(hcp)?.mode };
}
