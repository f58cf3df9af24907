import { expect, test } from "vitest";
import { ignitionConfig, ignitionFile } from "./config.ts";
import { faultOf, machineConfig } from "./machine-config.ts";

test("a MachineConfig of files has no fault", () => {
  expect(
    faultOf(machineConfig("99-motd", ignitionConfig({ files: [ignitionFile("/etc/motd", "hello")] }))),
  ).toBeUndefined();
});

test.each([
  ["text", "hello", "not a Kubernetes object"],
  ["another kind", { kind: "ConfigMap", metadata: { name: "a" } }, "takes MachineConfig"],
  ["a kind of later", { kind: "KubeletConfig", metadata: { name: "a" } }, "not serve yet"],
  ["no name", { kind: "MachineConfig" }, "metadata.name"],
  ["an old version", machineConfig("a", { ignition: { version: "2.2.0" } }), "3.0.0 to 3.3.0"],
  ["a relative path", machineConfig("a", ignitionConfig({ files: [ignitionFile("etc/motd", "")] })), "absolute path"],
  [
    "a fetched configuration",
    machineConfig("a", { ignition: { version: "3.2.0", config: { merge: [{ source: "http://somewhere" }] } } }),
    "write its files",
  ],
])("a fault is named: %s", (_, document, expected) => {
  expect(faultOf(document)).toContain(expected);
});
