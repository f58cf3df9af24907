import { componentLabelName } from "../../../control-plane/component.ts";
import { components } from "../../../control-plane/index.ts";
import { Pod } from "../../../kube/kinds.ts";
import type { Pass } from "../pass.ts";

/** The control plane's pods but for those of these components: from the server itself, for what has ended is not to write. */
export async function podsOf({ kube, namespace }: Pass, except: readonly string[]): Promise<string[]> {
  const names = components.map(({ name }) => name).filter((name) => !except.includes(name));
  const pods = await kube.list(Pod, { namespace, live: true });
  return pods
    .filter(({ metadata, status }) => {
      const component = metadata?.labels?.[componentLabelName] ?? "";
      return names.includes(component) && status?.phase !== "Succeeded" && status?.phase !== "Failed";
    })
    .map(({ metadata }) => metadata?.name ?? "")
    .sort();
}
