import { Service } from "../../kube/kinds.ts";
import type { Check } from "./check.ts";
import { shell } from "./node-pods.ts";
import { onSomeNodes } from "./on-some-nodes.ts";

const lookedUp = "kubernetes.default.svc.cluster.local";

/** The cluster's DNS answers on a node, with the address that the API has. */
export const dns: Check = {
  name: "dns",
  title: "The cluster's DNS answers",
  asks: "nodes",
  async run(facts) {
    const { kube, exec } = facts.hosted;
    const { signal } = facts;
    const [server, api] = await Promise.all([
      kube.get(Service, "kube-dns", shell.namespace, { signal }),
      kube.get(Service, "kubernetes", "default", { signal }),
    ]);
    const resolver = server?.spec?.clusterIP;
    const address = api?.spec?.clusterIP ?? "";
    return onSomeNodes(facts, `${lookedUp} is ${address}`, async ({ pod }) => {
      if (!resolver) return "the Service kube-system/kube-dns is not there";
      const { status, stdout } = await exec({ ...shell, pod, command: ["nslookup", lookedUp, resolver], signal });
      if (status === 0 && answerIn(stdout).includes(address)) return undefined;
      return `${resolver} has no answer for ${lookedUp}, or another than ${address}`;
    });
  },
};

/** The addresses that nslookup prints; those before the name are the resolver's own. */
function answerIn(printed: string): string[] {
  const [, answer = ""] = printed.split("Name:");
  return [...answer.matchAll(/^Address(?: \d+)?:\s*(\S+)/gm)].map(([, address = ""]) => address);
}
