import { createHash } from "node:crypto";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { ConfigMap } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { RegistryError } from "../../release/registry-error.ts";
import { type KeptRelease, type Release, type ReleaseContent, release } from "../../release/release.ts";

/** The ConfigMap of a control plane's namespace with the releases that it runs, as they were read. */
export const releasesName = "releases";

type Kept = ReleaseContent & Pick<Release, "pullSpec" | "digest">;

/** That of the control plane, that of what is inside the cluster, and the one before. */
const mostKept = 3;
/** How long a registry that gave no answer is left alone: every look at it may take seconds. */
const againMs = 30_000;

/**
 * Reads releases, and keeps what it read in the control plane's namespace: a control plane is rendered and repaired
 * also while the registry is away, after a restart as well. What the registry says is no release is none.
 */
export function keepReleases(
  read: (hcp: HostedControlPlane, kube: Kube) => Promise<Release>,
  now: () => Date,
): (hcp: HostedControlPlane, kube: Kube) => Promise<KeptRelease> {
  const failures = new Map<string, { problem: string; at: number }>();
  const written = new Map<string, string>();

  async function readAndKeep(hcp: HostedControlPlane, kube: Kube): Promise<Release> {
    const found = await read(hcp, kube);
    const { pullSpec, digest, version, previous, metadata, images } = found;
    const text = JSON.stringify({ pullSpec, digest, version, previous, metadata, images } satisfies Kept);
    if (written.get(pullSpec) !== text) await write(hcp, kube, keyOf(pullSpec), text);
    written.set(pullSpec, text);
    return found;
  }

  async function write({ metadata }: HostedControlPlane, kube: Kube, key: string, text: string): Promise<void> {
    const namespace = metadata?.namespace;
    const found = await kube.get(ConfigMap, releasesName, namespace, { live: true });
    const { [key]: present, ...others } = found?.data ?? {};
    if (present === text) return;
    const data = Object.fromEntries([...Object.entries(others).slice(1 - mostKept), [key, text]]);
    const fieldManager = releasesName;
    await kube.apply(
      // Of nobody: it outlives a HostedControlPlane that is made anew.
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: releasesName, namespace, ownerReferences: [] }, data },
      { fieldManager },
    );
  }

  async function kept(
    { metadata, spec }: HostedControlPlane,
    kube: Kube,
    unasked: string,
  ): Promise<KeptRelease | undefined> {
    const pullSpec = imageOf(spec);
    const text = (await kube.get(ConfigMap, releasesName, metadata?.namespace))?.data?.[keyOf(pullSpec)];
    if (!text) return undefined;
    const { digest, ...content } = JSON.parse(text) as Kept;
    return { ...release(pullSpec, digest, content), unasked };
  }

  return async (hcp, kube) => {
    const pullSpec = imageOf(hcp.spec);
    const last = failures.get(pullSpec);
    if (last && now().getTime() - last.at < againMs) {
      const found = await kept(hcp, kube, last.problem);
      if (found) return found;
    }
    try {
      const found = await readAndKeep(hcp, kube);
      failures.delete(pullSpec);
      return found;
    } catch (error) {
      if (!(error instanceof RegistryError) || final.has(error.reason)) throw error;
      const found = await kept(hcp, kube, error.message);
      if (!found) throw error;
      failures.set(pullSpec, { problem: error.message, at: now().getTime() });
      return found;
    }
  };
}

/** The image that a control plane's release is in. */
export const imageOf = (spec: HostedControlPlane["spec"]) => spec.controlPlaneReleaseImage ?? spec.releaseImage;

const final = new Set(["NotAReleaseImage", "InvalidImageReference"]);

/** Keys of a ConfigMap take no colons and slashes. */
const keyOf = (pullSpec: string) => createHash("sha256").update(pullSpec).digest("hex").slice(0, 16);
