import type { DaemonSet } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";
import { nodeAgent } from "../node-agent.ts";
import { configMap } from "./config-map.ts";
import { writeScript } from "./write-script.ts";

/** Writes the authorities to each node, one ready node after the other: its pods start anew when they change. */
export function daemonSet(facts: Facts): DaemonSet {
  return nodeAgent({
    name: "node-authorities",
    // A node that is not ready counts as unavailable, maybe for ever: the others go on beside it.
    maxUnavailable: 1 + facts.nodesNotReady,
    config: configMap(facts)?.data,
    pod: {
      // To find the kubelet.
      hostPID: true,
      automountServiceAccountToken: false,
      initContainers: [
        {
          name: "write",
          image: facts.release.image("cli"),
          command: ["sh", "-ec", writeScript],
          volumeMounts: [
            { name: "authorities", mountPath: "/authorities", readOnly: true },
            { name: "kubernetes", mountPath: "/kubernetes" },
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
        { name: "authorities", configMap: { name: "node-authorities" } },
        { name: "kubernetes", hostPath: { path: "/etc/kubernetes", type: "Directory" } },
        { name: "kubelet", hostPath: { path: "/var/lib/kubelet", type: "Directory" } },
      ],
    },
  });
}
