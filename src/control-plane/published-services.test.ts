import { expect, test } from "vitest";
import type { Service } from "../kube/kinds.ts";
import { aSpec } from "../testing/control-planes.ts";
import { publishedServices } from "./published-services.ts";

test("agents of nodes find a konnectivity server whose pod is not ready, which waits for them; others find what is", () => {
  const services = publishedServices({ namespace: "clusters-demo", spec: aSpec(), routes: false, started: true });
  const early = services.map(({ metadata, spec }) => [
    metadata?.name,
    (spec as Service["spec"])?.publishNotReadyAddresses ?? false,
  ]);
  expect(Object.fromEntries(early)).toEqual({
    "kube-apiserver": false,
    "konnectivity-server": true,
    "ignition-server": false,
  });
});
