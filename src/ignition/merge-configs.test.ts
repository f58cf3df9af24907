import { expect, test } from "vitest";
import { ignitionConfig, ignitionFile } from "./config.ts";
import { mergeConfigs } from "./merge-configs.ts";

test("a later file takes the place of an earlier one of the same path", () => {
  const merged = mergeConfigs([
    ignitionConfig({ files: [ignitionFile("/etc/a", "one"), ignitionFile("/etc/b", "kept")] }),
    ignitionConfig({ files: [ignitionFile("/etc/a", "two")] }),
  ]);
  expect(merged.storage?.files).toEqual([ignitionFile("/etc/a", "two"), ignitionFile("/etc/b", "kept")]);
});

test("a later unit adds a drop-in and leaves the rest of the earlier one", () => {
  const merged = mergeConfigs([
    ignitionConfig({ units: [{ name: "kubelet.service", enabled: true, contents: "[Unit]" }] }),
    ignitionConfig({
      units: [{ name: "kubelet.service", dropins: [{ name: "10-more.conf", contents: "[Service]" }] }],
    }),
  ]);
  expect(merged.systemd?.units).toEqual([
    {
      name: "kubelet.service",
      enabled: true,
      contents: "[Unit]",
      dropins: [{ name: "10-more.conf", contents: "[Service]" }],
    },
  ]);
});

test("keys of a user in several configurations all reach the user", () => {
  const merged = mergeConfigs([
    ignitionConfig({ users: [{ name: "core", sshAuthorizedKeys: ["a"] }] }),
    ignitionConfig({ users: [{ name: "core", sshAuthorizedKeys: ["b", "a"] }] }),
  ]);
  expect(merged.passwd?.users).toEqual([{ name: "core", sshAuthorizedKeys: ["a", "b"] }]);
});

test("nothing but the version comes of nothing", () => {
  expect(mergeConfigs([])).toEqual({ ignition: { version: "3.2.0" } });
});
