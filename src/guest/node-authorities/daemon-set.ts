import type { DaemonSet } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";
import { nodeWriter } from "../node-writer.ts";
import { configMap } from "./config-map.ts";
import { writeScript } from "./write-script.ts";

/** Writes the authorities to each node. */
export function daemonSet(facts: Facts): DaemonSet {
  return nodeWriter(facts, {
    name: "node-authorities",
    config: configMap(facts)?.data,
    // To find the kubelet.
    hostPID: true,
    // It has nft, and is on every node.
    image: facts.release.image("kube-proxy"),
    capabilities: ["NET_ADMIN"],
    script: writeScript,
    mounts: [
      { name: "authorities", mountPath: "/authorities", readOnly: true },
      { name: "kubernetes", mountPath: "/kubernetes" },
      { name: "kubelet", mountPath: "/kubelet" },
    ],
    volumes: [
      { name: "authorities", configMap: { name: "node-authorities" } },
      { name: "kubernetes", hostPath: { path: "/etc/kubernetes", type: "Directory" } },
      { name: "kubelet", hostPath: { path: "/var/lib/kubelet", type: "Directory" } },
    ],
  });
}
