import { ignitionReportsName, ignitionStateLabel } from "../../ignition/token-index.ts";
import type { ConfigMap } from "../../kube/kinds.ts";

/** Where the ignition server says how configurations are. It fills it, and may not make it. */
export function reports(): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: ignitionReportsName, labels: { [ignitionStateLabel]: "true" } },
  };
}
