import type { DaemonSet } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";
import { nodeWriter } from "../node-writer.ts";
import { nodePullSecret } from "./secrets.ts";

// In one step, and only where it differs: a kubelet that reads half a file cannot pull anything.
const write = [
  "cmp -s /secret/.dockerconfigjson /kubelet/config.json && exit 0",
  "umask 077",
  "cp /secret/.dockerconfigjson /kubelet/.config.json",
  "mv /kubelet/.config.json /kubelet/config.json",
].join("\n");

/** Writes the pull secret to each node. */
export function daemonSet(facts: Facts): DaemonSet {
  return nodeWriter(facts, {
    name: "global-pull-secret-syncer",
    maxUnavailable: "100%",
    config: nodePullSecret(facts)?.data,
    script: write,
    mounts: [
      { name: "secret", mountPath: "/secret", readOnly: true },
      { name: "kubelet", mountPath: "/kubelet" },
    ],
    volumes: [
      { name: "secret", secret: { secretName: "global-pull-secret", defaultMode: 0o400 } },
      { name: "kubelet", hostPath: { path: "/var/lib/kubelet", type: "Directory" } },
    ],
  });
}
