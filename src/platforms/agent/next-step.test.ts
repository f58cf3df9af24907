import { expect, test } from "vitest";
import { type Agent, installationAnnotation } from "../../api/agent.ts";
import { type HostReport, nextStep } from "./next-step.ts";

const live: HostReport = { phase: "discovery", installation: "" };
const installed = (installation: string): HostReport => ({ phase: "installed", installation });

function agent(changes: { binding?: string; approved?: boolean; done?: string } = {}): Agent {
  const { binding, approved = true, done } = changes;
  return {
    metadata: { name: "a", annotations: binding ? { [installationAnnotation]: binding } : {} },
    spec: { approved, ...(binding ? { clusterDeploymentName: { name: "demo", namespace: "clusters-demo" } } : {}) },
    status: done ? { progress: { installation: done, currentStage: "Done" } } : {},
  };
}

test("a host of no cluster waits", () => {
  expect(nextStep(agent(), live)).toBe("wait");
});

test("a host that belongs to a cluster and is approved is installed", () => {
  expect(nextStep(agent({ binding: "one" }), live)).toBe("install");
  expect(nextStep(agent({ binding: "one", approved: false }), live)).toBe("wait");
});

test("a host that died while it was installed is installed again", () => {
  const half = agent({ binding: "one" });
  half.status = { progress: { installation: "one", currentStage: "Rebooting" } };
  expect(nextStep(half, live)).toBe("install");
});

test("an installed host of this binding is left alone", () => {
  expect(nextStep(agent({ binding: "one" }), installed("one"))).toBe("wait");
});

test("an installed host is reset once it belongs to nobody, or to somebody else", () => {
  expect(nextStep(agent(), installed("one"))).toBe("reset");
  expect(nextStep(agent({ binding: "two" }), installed("one"))).toBe("reset");
});

test("a host that was installed before for another binding is installed for the new one", () => {
  expect(nextStep(agent({ binding: "two", done: "one" }), live)).toBe("install");
});

test("a node that lost its disk is not installed again by itself", () => {
  expect(nextStep(agent({ binding: "one", done: "one" }), live)).toBe("wait");
});
