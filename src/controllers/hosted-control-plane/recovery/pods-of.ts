import { Pod } from "../../../kube/kinds.ts";
import { isOfComponent } from "../is-of-component.ts";
import type { Pass } from "../pass.ts";

/** The control plane's pods but for those of these components: from the server itself, for what has ended is not to write. */
export async function podsOf({ kube, namespace }: Pass, except: readonly string[]): Promise<string[]> {
  const pods = await kube.list(Pod, { namespace, live: true });
  return pods
    .filter((pod) => {
      const { phase } = pod.status ?? {};
      return isOfComponent(pod, except) && phase !== "Succeeded" && phase !== "Failed";
    })
    .map(({ metadata }) => metadata?.name ?? "")
    .sort();
}
