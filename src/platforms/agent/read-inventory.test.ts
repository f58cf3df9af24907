import { expect, test } from "vitest";
import { readInventory } from "./read-inventory.ts";

test("addresses that are none are left out", () => {
  const ipV4Addresses = ["192.0.2.1/24", "api.demo.example.com", "fd00::1/64", "192.0.2.300/24", 7, "192.0.2.2"];
  const ipV6Addresses = ["fd00::1/64", "fe80::1%eth0/64", "192.0.2.1/24"];
  expect(readInventory({ interfaces: [{ name: "eth0", ipV4Addresses, ipV6Addresses }, "eth1"] })).toEqual({
    interfaces: [{ name: "eth0", ipV4Addresses: ["192.0.2.1/24", "192.0.2.2"], ipV6Addresses: ["fd00::1/64"] }],
  });
});

test("texts and lists are cut, and what is nested without end ends", () => {
  const disks = Array.from({ length: 1000 }, () => ({ name: "x".repeat(5000) }));
  const inventory = readInventory({ hostname: "h".repeat(5000), disks });
  expect(inventory?.hostname).toHaveLength(256);
  expect(inventory?.disks).toHaveLength(64);
  expect(inventory?.disks?.[0]?.name).toHaveLength(256);
  let nested: object = {};
  for (let depth = 0; depth < 1000; depth++) nested = { nested };
  expect(JSON.stringify(readInventory(nested)).length).toBeLessThan(200);
});

test.each([[[]], ["text"], [null], [7], [undefined]])("%j is no inventory", (given) => {
  expect(readInventory(given)).toBeUndefined();
});
