import type { DaemonSet } from "../../kube/kinds.ts";
import { apiServerVariables } from "../api-server-variables.ts";
import type { Facts } from "../facts.ts";
import { nodeAgent } from "../node-agent.ts";
import { config } from "./config.ts";
import { peerFilterFile } from "./peer-filter.ts";

// A running plugin cannot be written over, but it can be replaced.
const installPlugin =
  "cp /opt/cni/bin/flannel /host/cni-bin/.flannel && mv /host/cni-bin/.flannel /host/cni-bin/flannel";

// The node counts as ready for pods once this file is there, so it comes after the subnet that the plugin needs.
const announce = [
  "until [ -s /run/flannel/subnet.env ]; do sleep 0.2; done",
  "cp /etc/kube-flannel/cni-conf.json /host/cni-conf/.flannel",
  "mv /host/cni-conf/.flannel /host/cni-conf/10-flannel.conflist",
].join(" && ");

/** flanneld on every node: a VXLAN tunnel, and routes to the other nodes' pods. */
export function daemonSet(facts: Facts): DaemonSet {
  const image = facts.release.image("network");
  return nodeAgent(facts, {
    name: "kube-flannel",
    config: config(facts).data,
    pod: {
      serviceAccountName: "flannel",
      initContainers: [
        {
          name: "install-cni-plugin",
          image,
          command: ["sh", "-c", installPlugin],
          volumeMounts: [{ name: "cni-bin", mountPath: "/host/cni-bin" }],
        },
      ],
      containers: [
        {
          name: "kube-flannel",
          image,
          command: ["flanneld", "--ip-masq", "--kube-subnet-mgr"],
          env: [
            { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
            { name: "EVENT_QUEUE_DEPTH", value: "5000" },
            ...apiServerVariables(facts),
          ],
          lifecycle: { postStart: { exec: { command: ["sh", "-c", announce] } } },
          resources: { requests: { cpu: "10m", memory: "50Mi" } },
          securityContext: { capabilities: { add: ["NET_ADMIN", "NET_RAW"] } },
          volumeMounts: [
            { name: "run", mountPath: "/run/flannel" },
            { name: "config", mountPath: "/etc/kube-flannel" },
            { name: "cni-conf", mountPath: "/host/cni-conf" },
            { name: "xtables-lock", mountPath: "/run/xtables.lock" },
          ],
        },
        {
          name: "peer-filter",
          image,
          command: ["sh", `/etc/kube-flannel/${peerFilterFile}`],
          resources: { requests: { cpu: "1m", memory: "10Mi" } },
          securityContext: { capabilities: { add: ["NET_ADMIN"] } },
          volumeMounts: [{ name: "config", mountPath: "/etc/kube-flannel" }],
        },
      ],
      volumes: [
        { name: "run", hostPath: { path: "/run/flannel", type: "DirectoryOrCreate" } },
        { name: "cni-bin", hostPath: { path: "/opt/cni/bin", type: "DirectoryOrCreate" } },
        { name: "cni-conf", hostPath: { path: "/etc/cni/net.d", type: "DirectoryOrCreate" } },
        { name: "config", configMap: { name: "flannel" } },
        { name: "xtables-lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } },
      ],
    },
  });
}
