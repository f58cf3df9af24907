import type { DaemonSet } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";
import { nodeAgent } from "../node-agent.ts";
import { config } from "./config.ts";
import { startScript } from "./start-script.ts";

/** kube-proxy on every node. */
export function daemonSet(facts: Facts): DaemonSet {
  return nodeAgent(facts, {
    name: "kube-proxy",
    config: config(facts).data,
    pod: {
      serviceAccountName: "kube-proxy",
      containers: [
        {
          name: "kube-proxy",
          image: facts.release.image("kube-proxy"),
          command: ["sh", "-ec", startScript],
          env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
          resources: { requests: { cpu: "10m", memory: "50Mi" } },
          // It sets kernel parameters of the node's network.
          securityContext: { privileged: true },
          volumeMounts: [{ name: "config", mountPath: "/etc/kube-proxy" }],
        },
      ],
      volumes: [{ name: "config", configMap: { name: "kube-proxy" } }],
    },
  });
}
