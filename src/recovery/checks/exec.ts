import type { Check } from "./check.ts";
import { shell } from "./node-pods.ts";
import { onSomeNodes } from "./on-some-nodes.ts";

/** A command runs in a pod on a node, and what it prints comes back. */
export const exec: Check = {
  name: "exec",
  title: "Commands run in pods",
  asks: "nodes",
  run: (facts) =>
    onSomeNodes(facts, "A command ran", async ({ node, pod }) => {
      const { status, stdout } = await facts.hosted.exec({
        ...shell,
        pod,
        command: ["echo", node],
        signal: facts.signal,
      });
      if (status === 0 && stdout.trim() === node) return undefined;
      return `"echo" in ${pod} ended with ${status} and printed something else`;
    }),
};
