import { expect, test } from "vitest";
import { aSpec } from "../../testing/control-planes.ts";
import { vni } from "./vni.ts";

const of = (clusterID: string, networks = ["10.132.0.0/14"]) => {
  const networking = { networkType: "OVNKubernetes" as const, clusterNetwork: networks.map((cidr) => ({ cidr })) };
  return vni({ name: "demo", namespace: "clusters-demo", spec: aSpec({ clusterID, networking }) });
};
const many = Array.from({ length: 1000 }, (_, i) => `3f6b1a52-60b4-4a55-9b0f-${String(i).padStart(12, "0")}`);

test("clusters have VXLANs of their own, and keep them", () => {
  // Of 1000 out of ten million, some two in twenty tries meet.
  expect(new Set(many.map((id) => of(id))).size).toBeGreaterThan(997);
  expect(of(many[7] ?? "")).toBe(of(many[7] ?? ""));
});

test.each([
  ["flannel.", ["10.132.0.0/14"]],
  ["flannel-v6.", ["10.132.0.0/14", "fd01::/48"]],
])("the device %s is not longer than the kernel allows, nor the number one that others use", (prefix, networks) => {
  for (const id of many) {
    const number = of(id, networks);
    expect(`${prefix}${number}`.length).toBeLessThanOrEqual(15);
    expect(number).toBeGreaterThan(1);
  }
});
