import type { Check } from "./check.ts";
import { shell } from "./node-pods.ts";
import { onSomeNodes } from "./on-some-nodes.ts";

/** The log of a pod on a node can be read, which the API server does through konnectivity. */
export const logs: Check = {
  name: "logs",
  title: "Logs of pods can be read",
  asks: "nodes",
  run: (facts) =>
    onSomeNodes(facts, "A log was read", async ({ pod }) => {
      const query = `container=${shell.container}&tailLines=1&limitBytes=200`;
      const path = `/api/v1/namespaces/${shell.namespace}/pods/${pod}/log?${query}`;
      const { signal } = facts;
      const { status } = await facts.hosted.kube.request("GET", path, { signal, maxBytes: 64 * 1024 });
      return status === 200 ? undefined : `the log of ${pod} is refused with status ${status}`;
    }),
};
