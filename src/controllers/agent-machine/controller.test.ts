import { expect, test } from "vitest";
import { Agent, agentMachineLabel, agentMachineNamespaceLabel } from "../../api/agent.ts";
import type { AgentMachine } from "../../api/agent-machine.ts";
import { agentMachineController } from "./controller.ts";

const watch = agentMachineController({ operatorNamespace: "hypershift" }).watches?.find(({ kind }) => kind === Agent);

function machine(name: string, spec: AgentMachine["spec"] = {}, deletionTimestamp?: string): AgentMachine {
  return { metadata: { name, namespace: "clusters-demo", deletionTimestamp }, spec };
}
const machines = [
  machine("waits"),
  machine("runs", { providerID: "agent://a" }),
  machine("goes", { providerID: "agent://b" }, "2030-01-01T00:00:00Z"),
];
const woken = (labels: Record<string, string>) =>
  watch?.keysOf({ metadata: { name: "a", labels }, spec: { approved: true } } as Agent, () => machines);

test("a change of a free host wakes the machines that have none or give one back, and no others", () => {
  expect(woken({})).toEqual(["clusters-demo/waits", "clusters-demo/goes"]);
});

test("a change of a host that was taken wakes its machine", () => {
  const labels = { [agentMachineLabel]: "runs", [agentMachineNamespaceLabel]: "clusters-demo" };
  expect(woken(labels)).toEqual(["clusters-demo/runs"]);
});
