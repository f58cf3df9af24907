import { expect, test } from "vitest";
import {
  type Agent,
  credentialAnnotation,
  installationAnnotation,
  installedAnnotation,
  releaseAnnotation,
} from "../../api/agent.ts";
import { type HostReport, nextStep } from "./next-step.ts";

const live: HostReport = { phase: "discovery", installation: "" };
const installed = (installation: string): HostReport => ({ phase: "installed", installation });

interface Changes {
  binding?: string;
  approved?: boolean;
  installed?: string;
  released?: string;
}

function agent({ binding, approved = true, installed, released }: Changes = {}): Agent {
  return {
    metadata: {
      name: "a",
      annotations: {
        [credentialAnnotation]: "digest",
        ...(binding ? { [installationAnnotation]: binding } : {}),
        ...(installed ? { [installedAnnotation]: `${installed} clusters-demo/demo` } : {}),
        ...(released ? { [releaseAnnotation]: released } : {}),
      },
    },
    spec: { approved, ...(binding ? { clusterDeploymentName: { name: "demo", namespace: "clusters-demo" } } : {}) },
    status: { phase: installed ? "installed" : "discovery" },
  };
}

test("a host of no cluster waits", () => {
  expect(nextStep(agent(), live)).toBe("wait");
});

test("a host that belongs to a cluster and is approved is installed", () => {
  expect(nextStep(agent({ binding: "one" }), live)).toBe("install");
  expect(nextStep(agent({ binding: "one", approved: false }), live)).toBe("wait");
});

test("an installed host is reset where its very installation was released", () => {
  expect(nextStep(agent({ installed: "one", released: "one" }), installed("one"))).toBe("reset");
  expect(nextStep(agent({ installed: "one", released: "two" }), installed("one"))).toBe("wait");
});

test.each<[string, Agent]>([
  ["is its own", agent({ binding: "one", installed: "one" })],
  ["is no longer approved", agent({ binding: "one", installed: "one", approved: false })],
  ["is bound to nobody, as an older backup has it", agent()],
  ["is bound for something else", agent({ binding: "two", installed: "one" })],
  ["lost its status and annotations", { metadata: { name: "a" }, spec: { approved: true } }],
])("an installed host whose Agent %s is left alone", (_, given) => {
  expect(nextStep(given, installed("one"))).toBe("wait");
});

test("an installed host that lost its own note is left alone", () => {
  expect(nextStep(agent({ released: "one" }), installed(""))).toBe("wait");
});

test("a node that says it runs from memory is not installed again by itself", () => {
  expect(nextStep(agent({ binding: "one", installed: "one" }), live)).toBe("wait");
  expect(nextStep(agent({ binding: "two", released: "one" }), live)).toBe("wait");
});
