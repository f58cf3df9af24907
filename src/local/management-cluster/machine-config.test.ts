import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAuthority } from "../../pki/certificate.ts";
import type { MachineConfig } from "../machine/ignition-config.ts";
import { stateFiles } from "../state-files.ts";
import { clusterKeys } from "./certificates.ts";
import { clusterAt } from "./cluster.ts";
import { clientKubeconfig, machineConfig } from "./machine-config.ts";

const now = () => new Date("2026-01-01T00:00:00Z");
const services = {
  address: "10.90.0.2",
  baseDomain: "example.test",
  registry: "registry.example.test:5000",
  authority: createAuthority("test", now()),
  dnsUpdateKey: "c2VjcmV0",
};
const cluster = clusterAt({ name: "second", address: "10.90.0.9", subnet: "10.90.0.0/20", number: 1, services });
let folder: string;
let config: MachineConfig;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "roost-test-"));
  const keys = await clusterKeys(cluster, stateFiles(folder, now));
  config = machineConfig(cluster, keys, "registry.example.test:5000/roost/pause:1.34.4");
});
afterAll(() => rm(folder, { recursive: true }));

const unit = (name: string) => config.units.find((one) => one.name === `${name}.service`)?.text ?? "";
const file = (path: string) => config.files.find((one) => one.path === path);

test("a whole Kubernetes runs on the machine", () => {
  const names = config.units.map(({ name }) => name.replace(".service", ""));
  expect(names).toEqual([
    "containerd",
    "load-balancer-addresses",
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
  ]);
});

test("the machine answers for the addresses of its cluster's Services, and of no other's", () => {
  expect(unit("load-balancer-addresses")).toContain("ip route replace local 10.90.2.0/24 dev lo");
});

test("every file that a unit names is written", () => {
  const named = config.units.flatMap(({ text = "" }) => text.match(/\/etc\/kubernetes\/[\w./-]+/g) ?? []);
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !file(path))).toEqual([]);
});

test("only root may read keys and kubeconfigs", () => {
  const open = config.files.filter(({ text, mode }) => /PRIVATE KEY|client-key-data/.test(text) && mode !== 0o600);
  expect(open.map(({ path }) => path)).toEqual([]);
});

test("containerd trusts the environment's registry and takes the pause image from it", () => {
  const toml = file("/etc/containerd/config.toml")?.text;
  expect(toml).toContain('sandbox_image = "registry.example.test:5000/roost/pause:1.34.4"');
  expect(file("/etc/containerd/certs.d/registry.example.test:5000/ca.crt")?.text).toBe(services.authority.certificate);
});

test("keys are made once", async () => {
  const again = await clusterKeys(cluster, stateFiles(folder, now));
  expect(machineConfig(cluster, again, "registry.example.test:5000/roost/pause:1.34.4")).toEqual(config);
  expect(clientKubeconfig(cluster, again, "admin")).toContain("server: https://10.90.0.9:6443");
});
