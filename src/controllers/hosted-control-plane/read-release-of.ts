import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { ConfigMap, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { seen } from "../../kube/seen.ts";
import { textOf } from "../../kube/text-of.ts";
import type { Release } from "../../release/release.ts";
import type { ReleaseRequest } from "../remember-releases.ts";
import { imageOf } from "./keep-releases.ts";

/** ConfigMaps with authorities that registries are trusted by: the cluster's own, and the operator's. */
const bundles = ["user-ca-bundle", "operator-ca-bundle"];

/** Reads the release of a HostedControlPlane's control plane with the pull secret and the authorities in its namespace. */
export function readReleaseOf(
  readRelease: (request: ReleaseRequest) => Promise<Release>,
  signal: AbortSignal,
): (hcp: HostedControlPlane, kube: Kube) => Promise<Release> {
  return async ({ metadata, spec }, kube) => {
    const namespace = metadata?.namespace;
    const [secret, ...maps] = await Promise.all([
      kube.get(Secret, spec.pullSecret.name ?? "", namespace),
      ...bundles.map((name) => seen(kube, ConfigMap, name, namespace)),
    ]);
    const ca = maps.flatMap((map) => (map as ConfigMap | undefined)?.data?.["ca-bundle.crt"] ?? []).join("\n");
    return readRelease({
      image: imageOf(spec),
      pullSecret: textOf(secret as Secret, ".dockerconfigjson"),
      ca: ca || undefined,
      signal,
    });
  };
}
