import { expect, test } from "vitest";
import type { Service } from "../../kube/kinds.ts";
import { assignAddress, wantsAddress } from "./assign-address.ts";

const pool = "10.90.1.0/24";
const service = (ip?: string, spec = {}): Service => ({
  apiVersion: "v1",
  kind: "Service",
  spec: { type: "LoadBalancer", ...spec },
  status: { loadBalancer: ip ? { ingress: [{ ip }] } : {} },
});

test("a Service gets the first address that no other has", () => {
  expect(assignAddress(service(), [service("10.90.1.1"), service("10.90.1.3")], pool)).toBe("10.90.1.2");
});

test("a Service keeps the address it has", () => {
  expect(assignAddress(service("10.90.1.9"), [service("10.90.1.1")], pool)).toBe("10.90.1.9");
});

test("a Service gives up an address that another one has, too, or that is not of the pool", () => {
  expect(assignAddress(service("10.90.1.9"), [service("10.90.1.9")], pool)).toBe("10.90.1.1");
  expect(assignAddress(service("10.90.2.9"), [], pool)).toBe("10.90.1.1");
});

test("a Service gets the address it asks for where that is free", () => {
  const asks = service(undefined, { loadBalancerIP: "10.90.1.77" });
  expect(assignAddress(asks, [], pool)).toBe("10.90.1.77");
  expect(() => assignAddress(asks, [service("10.90.1.77")], pool)).toThrow("Another Service has the address");
  expect(() => assignAddress(service("", { loadBalancerIP: "192.0.2.1" }), [], pool)).toThrow("is not in 10.90.1.0/24");
});

test("the first and the last address of the pool are not given out", () => {
  expect(assignAddress(service(), [], "10.90.1.0/30")).toBe("10.90.1.1");
  const two = [service("10.90.1.1"), service("10.90.1.2")];
  expect(() => assignAddress(service(), two, "10.90.1.0/30")).toThrow("All addresses");
});

test("Services of another type or class are left alone", () => {
  expect(wantsAddress(service())).toBe(true);
  expect(wantsAddress(service("", { type: "NodePort" }))).toBe(false);
  expect(wantsAddress(service("", { loadBalancerClass: "example.com/other" }))).toBe(false);
});
