import { expect, test } from "vitest";
import { aRelease, aSpec } from "../../testing/control-planes.ts";
import { daemonSet } from "./daemon-set.ts";

test("one ready node after the other gets new authorities, however many there are that are not ready", () => {
  for (const nodesNotReady of [0, 2]) {
    const facts = { name: "demo", namespace: "clusters-demo", spec: aSpec(), release: aRelease, endpoints: {} };
    const { spec } = daemonSet({ ...facts, nodesNotReady });
    expect(spec?.updateStrategy?.rollingUpdate).toEqual({ maxUnavailable: nodesNotReady + 1 });
  }
});
