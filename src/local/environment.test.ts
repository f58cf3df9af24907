import { expect, test } from "vitest";
import { containerOf, environmentOf, labelOf, networkOf } from "./environment.ts";

const options = { root: "/checkout", cache: "/cache" };

test("the environment that is meant where none is named has the shortest names", () => {
  const environment = environmentOf(options);
  expect(environment.state).toBe("/checkout/.roost");
  expect([containerOf(environment, "mgmt"), networkOf(environment), labelOf(environment)]).toEqual([
    "roost-mgmt",
    "roost",
    "roost.local=roost",
  ]);
});

test("another environment shares nothing but the cache", () => {
  const environment = environmentOf({ ...options, name: "second" });
  expect(environment.state).toBe("/checkout/.roost/environments/second");
  expect([containerOf(environment, "mgmt"), networkOf(environment)]).toEqual(["roost-second-mgmt", "roost-second"]);
});

test("a name that podman or DNS would not take is refused", () => {
  for (const name of ["Second", "-x", "x-", "a_b", "", "a".repeat(21)]) {
    expect(() => environmentOf({ ...options, name })).toThrow("is not a name of up to 20");
  }
});
