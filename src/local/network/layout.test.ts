import { expect, test } from "vitest";
import { freeMachineAddress, freeSubnet, gatewayOf, loadBalancerPool, servicesAddressOf } from "./layout.ts";

test("a new environment takes the first network that nothing on the computer overlaps", () => {
  expect(freeSubnet([])).toBe("10.90.0.0/20");
  expect(freeSubnet(["192.168.0.0/16", "10.90.3.0/24"])).toBe("10.90.16.0/20");
  expect(freeSubnet(["10.90.0.0/16"])).toBe("10.91.0.0/20");
  expect(freeSubnet(["10.90.3.7", "fd00::/64"])).toBe("10.90.16.0/20");
});

test("no network is taken where all are in use", () => {
  expect(() => freeSubnet(["10.0.0.0/8"])).toThrow("There is no free network");
});

test("the computer and the services machine have the first addresses", () => {
  expect([gatewayOf("10.90.16.0/20"), servicesAddressOf("10.90.16.0/20")]).toEqual(["10.90.16.1", "10.90.16.2"]);
});

test("machines get the first address that no other has", () => {
  expect(freeMachineAddress("10.90.0.0/20", [])).toBe("10.90.0.3");
  expect(freeMachineAddress("10.90.0.0/20", ["10.90.0.3", "10.90.0.5"])).toBe("10.90.0.4");
});

test("management clusters give out addresses of their own /24", () => {
  expect([0, 1, 14].map((cluster) => loadBalancerPool("10.90.16.0/20", cluster))).toEqual([
    "10.90.17.0/24",
    "10.90.18.0/24",
    "10.90.31.0/24",
  ]);
  expect(() => loadBalancerPool("10.90.16.0/20", 15)).toThrow("room for 15 management clusters");
});
