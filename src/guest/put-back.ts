import type { Kube } from "../kube/kube.ts";
import type { Resource } from "../kube/resource.ts";
import { same } from "../kube/status-patch.ts";

type Projected = Resource & { spec?: object; status?: object };

/**
 * Takes away what somebody added to a projected object while nothing guarded it: an apply brings back what is ours and
 * leaves the fields of others. `present` is the answer to the apply.
 */
export async function putBack(
  kube: Pick<Kube, "replace">,
  rendered: Projected,
  present: Projected,
  part: "spec" | "status",
): Promise<void> {
  if (same(rendered[part] ?? {}, present[part] ?? {})) return;
  const whole = { ...present, [part]: rendered[part] };
  await kube.replace(whole, part === "status" ? { subresource: "status" } : {});
}
