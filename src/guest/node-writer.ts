import type { DaemonSet } from "../kube/kinds.ts";
import type { Facts } from "./facts.ts";
import { type NodeAgentOptions, nodeAgent } from "./node-agent.ts";

type PodSpec = Exclude<NodeAgentOptions["pod"], (loopback: string) => unknown>;

export interface NodeWriterOptions extends Omit<NodeAgentOptions, "pod"> {
  /** For `sh -e`, as root of the node's files that are mounted. */
  script: string;
  mounts: NonNullable<PodSpec["containers"][number]["volumeMounts"]>;
  volumes: NonNullable<PodSpec["volumes"]>;
  hostPID?: true;
  /** What it is written with, where that is not the image with the usual small programs. */
  image?: string;
  capabilities?: string[];
}

/**
 * A DaemonSet that writes files on each node and then does nothing. Its pods start anew with each content, and only
 * then is written: nothing has to look again and again.
 */
export function nodeWriter(
  facts: Facts,
  { script, mounts, volumes, hostPID, image = facts.release.image("cli"), capabilities, ...options }: NodeWriterOptions,
): DaemonSet {
  return nodeAgent(facts, {
    ...options,
    pod: {
      ...(hostPID && { hostPID }),
      automountServiceAccountToken: false,
      initContainers: [
        {
          name: "write",
          image,
          command: ["sh", "-ec", script],
          ...(capabilities && { securityContext: { capabilities: { add: capabilities } } }),
          volumeMounts: mounts,
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
      volumes,
    },
  });
}
