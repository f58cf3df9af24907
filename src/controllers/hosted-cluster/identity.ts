import { randomBytes, randomUUID } from "node:crypto";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import type { Pass } from "./pass.ts";

/** Gives the cluster its infraID and clusterID, once. Everything else is named after them, so it comes first. */
export async function ensureIdentity({ cluster, kube }: Pass): Promise<void> {
  const { infraID, clusterID } = cluster.spec;
  if (infraID && clusterID) return;
  const missing = {
    infraID: infraID || infraIDOf(cluster.metadata?.name ?? "", randomBytes(5)),
    clusterID: clusterID || randomUUID(),
  };
  const written = await kube.patch(HostedCluster, cluster.metadata?.name ?? "", cluster.metadata?.namespace, {
    spec: missing,
  });
  Object.assign(cluster.spec, missing);
  cluster.metadata = { ...written.metadata };
}

/** The cluster's name, shortened so that names made from it stay below the limits of clouds, and five random letters. */
export function infraIDOf(name: string, random: Uint8Array): string {
  const letters = "bcdfghjklmnpqrstvwxz2456789";
  const base = name.replaceAll(".", "-").slice(0, 21).replace(/-+$/, "");
  return `${base}-${[...random].map((byte) => letters[byte % letters.length]).join("")}`;
}
