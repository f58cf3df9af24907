import { expect, test } from "vitest";
import { environmentOf } from "../environment.ts";
import { hostIdOf, type Machine, runArguments, specOf } from "./machine.ts";

const environment = environmentOf({ root: "/checkout", cache: "/cache" });
const machine: Machine = {
  name: "host-1",
  role: "host",
  address: "10.90.0.4",
  image: "node:1",
  dns: "10.90.0.2",
  mounts: { "/checkout/.roost/hosts/host-1.ign": "/boot/discovery.ign" },
  persistent: ["/var/lib/containerd", "/var/lib/kubelet"],
};
const text = (changes: Partial<Machine> = {}, where = environment) =>
  runArguments(where, { ...machine, ...changes }, "spec").join(" ");

test("a machine is a labelled container with a disk of the same name", () => {
  expect(text()).toContain("--name roost-host-1 --hostname host-1 --label roost.local=roost");
  expect(text()).toContain("--volume roost-host-1:/disk:dev,exec,suid");
  expect(text()).toContain("--label roost.local/role=host");
});

test("a machine of another environment has another name and network", () => {
  const other = environmentOf({ root: "/checkout", cache: "/cache", name: "second" });
  expect(text({}, other)).toContain("--name roost-second-host-1");
  expect(text({}, other)).toContain("--network roost-second");
});

test("files of the computer are mounted read-only", () => {
  expect(text()).toContain("--volume /checkout/.roost/hosts/host-1.ign:/boot/discovery.ign:ro");
});

test("a machine keeps its hardware address and its UUID when it is made again", () => {
  expect(text()).toContain("--ip 10.90.0.4 --mac-address 02:00:0a:5a:00:04");
  const id = hostIdOf("roost-host-1", "10.90.0.4");
  expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(text()).toContain(`MACHINE_ID=${id.replaceAll("-", "")}`);
});

test("a machine that would be made from something else has another spec", () => {
  const spec = specOf(environment, machine);
  expect(specOf(environment, { ...machine })).toBe(spec);
  expect(specOf(environment, { ...machine, image: "node:2" })).not.toBe(spec);
  expect(specOf(environment, { ...machine, content: "{}" })).not.toBe(spec);
});
