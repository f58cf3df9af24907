import type { Kind } from "../../kube/kind.ts";
import type { ConfigMap, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { same } from "../../kube/status-patch.ts";
import type { Recorded } from "../backup/recorded.ts";
import { madeByAnnotation } from "./remade.ts";

/** What is there already in the place of an object that is to be made again. */
export type Present =
  | { is: "absent" }
  /** Made by this restore, earlier. */
  | { is: "made"; object: Resource }
  /** The very object that the backup has, or one that says the same: it stays as it is. */
  | { is: "kept"; object: Resource }
  | { is: "another"; object: Resource };

/** What is there, as the server itself has it, in the place of a recorded object. */
export async function presentObject(
  { kube, signal }: { kube: Kube; signal: AbortSignal },
  kind: Kind,
  { facts, object: recorded }: Recorded,
  madeBy: string,
): Promise<Present> {
  const object = await kube.get(kind, facts.name, facts.namespace, { live: true, signal });
  if (!object) return { is: "absent" };
  if (object.metadata?.annotations?.[madeByAnnotation] === madeBy) return { is: "made", object };
  if (object.metadata?.deletionTimestamp || !isKeptKind(kind)) return { is: "another", object };
  const isThat = object.metadata?.uid === facts.uid || saysTheSame(object, recorded);
  return { is: isThat ? "kept" : "another", object };
}

/** What lies beside a control plane and may have outlived it. That itself, or part of it, is never taken over. */
const isKeptKind = ({ kind }: Kind) => ["Secret", "ConfigMap", "HostedCluster", "NodePool", "Agent"].includes(kind);

type WithData = Resource & Pick<Secret, "data" | "type"> & Pick<ConfigMap, "binaryData">;

function saysTheSame(present: WithData, recorded: WithData): boolean {
  if (!["Secret", "ConfigMap"].includes(recorded.kind ?? "")) return false;
  const said = ({ data = {}, binaryData = {}, type = "" }: WithData) => ({ data, binaryData, type });
  return same(said(present), said(recorded));
}
