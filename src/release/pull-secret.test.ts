import { expect, test } from "vitest";
import { credentialsFor } from "./pull-secret.ts";

const auth = (text: string) => ({ auth: Buffer.from(text).toString("base64") });

test("the entry that names most of the repository's path is taken", () => {
  const secret = JSON.stringify({
    auths: {
      "registry.example.com": auth("a:1"),
      "registry.example.com/roost": auth("b:2:3"),
      "registry.example.com/roost2": auth("c:4"),
    },
  });
  expect(credentialsFor(secret, "registry.example.com", "roost/release")).toEqual({ username: "b", password: "2:3" });
  expect(credentialsFor(secret, "registry.example.com", "other/release")).toEqual({ username: "a", password: "1" });
  expect(credentialsFor(secret, "example.com", "roost/release")).toBeUndefined();
});

test("an entry may be written as an address", () => {
  const secret = JSON.stringify({ auths: { "https://registry.example.org/v1/": auth("a:1") } });
  expect(credentialsFor(secret, "registry.example.org", "library/x")).toEqual({ username: "a", password: "1" });
});

test("a pull secret that is not JSON is refused without quoting it", () => {
  expect(() => credentialsFor("hunter2", "registry.example.com", "x")).toThrow(/^(?!.*hunter2).*not JSON/);
});
