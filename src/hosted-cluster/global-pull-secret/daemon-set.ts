import type { DaemonSet } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";
import { nodeAgent } from "../node-agent.ts";
import { nodePullSecret } from "./secrets.ts";

// In one step, and only where it differs: a kubelet that reads half a file cannot pull anything.
const write = [
  "cmp -s /secret/.dockerconfigjson /kubelet/config.json && exit 0",
  "umask 077",
  "cp /secret/.dockerconfigjson /kubelet/.config.json",
  "mv /kubelet/.config.json /kubelet/config.json",
].join("\n");

/**
 * Writes the pull secret to each node. Its pods start anew with each content, and only then is the file written: nothing
 * has to look again and again.
 */
export function daemonSet(facts: Facts): DaemonSet {
  return nodeAgent({
    name: "global-pull-secret-syncer",
    maxUnavailable: "100%",
    config: nodePullSecret(facts)?.data,
    pod: {
      automountServiceAccountToken: false,
      initContainers: [
        {
          name: "write",
          image: facts.release.image("cli"),
          command: ["sh", "-ec", write],
          volumeMounts: [
            { name: "secret", mountPath: "/secret", readOnly: true },
            { name: "kubelet", mountPath: "/kubelet" },
          ],
        },
      ],
      containers: [
        {
          name: "pause",
          image: facts.release.image("pause"),
          resources: { requests: { cpu: "1m", memory: "2Mi" } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
      volumes: [
        { name: "secret", secret: { secretName: "global-pull-secret", defaultMode: 0o400 } },
        { name: "kubelet", hostPath: { path: "/var/lib/kubelet", type: "Directory" } },
      ],
    },
  });
}
