import { access, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ConfigMap, type Namespace, NetworkPolicy, type PersistentVolumeClaim, Pod, Service } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";
import { noLog } from "../kube/log.ts";
import { waitFor, waitForGone } from "../kube/wait-for.ts";
import { type ApiServer, startApiServer } from "../testing/api-server.ts";
import type { DnsRecord } from "./dns/dns-record.ts";
import { dnsRecords } from "./dns/dns-records.ts";
import { addressesOf } from "./load-balancer/assign-address.ts";
import { runLocalCloud } from "./run-local-cloud.ts";
import { PersistentVolume, provisioner } from "./volumes/persistent-volume.ts";

const namespace = "default";
/** What is waited for comes at once on a calm machine. */
const patienceMs = 30_000;
let server: ApiServer;
let kube: Kube;
let volumes: string;
const stop = new AbortController();
let running: Promise<void>;
/** What the kernel was given; the first attempt failed. */
const programmed: string[] = [];
let attempts = 0;
/** What the DNS server has; the first change failed. */
const zone = new Set(["left-behind.example.test 192.0.2.6", "of-another.example.test 192.0.2.6"]);
let updates = 0;

// Not the API server that tests share: this gives addresses to everybody's Services. What the tests make they apply:
// that is sent again where a server that has just started, on a busy machine, cuts the connection.
beforeAll(async () => {
  server = await startApiServer();
  kube = server.kube;
  volumes = await mkdtemp(join(tmpdir(), "roost-volumes-"));
  const program = async (text: string) => {
    attempts++;
    if (attempts === 1) throw new Error("nft refused the rules");
    programmed.push(text);
  };
  const update = async ({ add, remove }: { add: DnsRecord[]; remove: DnsRecord[] }) => {
    updates++;
    if (updates === 1) throw new Error("the DNS server refused the change");
    for (const record of add) zone.add(record);
    for (const record of remove) zone.delete(record);
  };
  const { name, namespace: home } = dnsRecords;
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: home } });
  const data = { records: "left-behind.example.test 192.0.2.6" };
  await kube.apply<ConfigMap>({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: home }, data });
  const dns = { domain: "example.test", update };
  running = runLocalCloud({ pool: "192.0.2.0/29", volumes, kube, log: noLog, signal: stop.signal, program, dns });
});
afterAll(async () => {
  stop.abort();
  await running;
  await server.stop();
  await rm(volumes, { recursive: true });
});

const service = (name: string, spec: object): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: { ports: [{ port: 80 }], type: "LoadBalancer", ...spec },
});
const addressed = (name: string) =>
  waitFor(kube, Service, name, (found) => addressesOf(found).length > 0, { namespace });

test("Services made at the same time get addresses of their own", async () => {
  const names = ["a", "b", "c"];
  await Promise.all(names.map((name) => kube.apply(service(name, {}))));
  const addresses = (await Promise.all(names.map(addressed))).flatMap(addressesOf);
  expect(addresses.sort()).toEqual(["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
});

test("an address is given to another Service once nobody has it", async () => {
  await kube.apply(service("first", { loadBalancerIP: "192.0.2.5" }));
  await addressed("first");
  await kube.delete(Service, "first", namespace);
  await kube.apply(service("second", { loadBalancerIP: "192.0.2.5" }));
  expect(addressesOf(await addressed("second"))).toEqual(["192.0.2.5"]);
});

test("a Service that is no load balancer any more gives its address back", async () => {
  await kube.apply(service("changing", {}));
  await addressed("changing");
  await kube.patch(Service, "changing", namespace, { spec: { type: "ClusterIP" } }, { type: "merge" });
  await waitFor(kube, Service, "changing", (found) => addressesOf(found).length === 0, { namespace });
});

test("a claim gets a directory that any user may write to, and takes it along", async () => {
  const claim = await kube.apply<PersistentVolumeClaim>({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: "data",
      namespace,
      // As Kubernetes does once a pod of the claim is scheduled.
      annotations: { "volume.kubernetes.io/storage-provisioner": provisioner },
    },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      storageClassName: "directory",
    },
  });
  const name = `pvc-${claim.metadata?.uid}`;
  const volume = await waitFor(kube, PersistentVolume, name, () => true);
  const path = volume.spec?.hostPath?.path ?? "";
  expect((await stat(path)).mode & 0o777).toBe(0o777);
  expect(volume.spec?.claimRef?.name).toBe("data");

  await kube.patch(PersistentVolume, name, undefined, { metadata: { finalizers: null } }, { type: "merge" });
  await kube.patch(
    PersistentVolume,
    name,
    undefined,
    { status: { phase: "Released" } },
    { type: "merge", subresource: "status" },
  );
  await waitForGone(kube, PersistentVolume, name);
  await expect(access(path)).rejects.toThrow("ENOENT");
});

test("a NetworkPolicy and the pods that it is about become rules, and go with it, also after a failure", async () => {
  await kube.apply<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "closed", namespace },
    spec: { containers: [{ name: "c", image: "example.com/c" }] },
  });
  const status = { phase: "Running", podIPs: [{ ip: "10.244.0.9" }] };
  await kube.patch(Pod, "closed", namespace, { status }, { type: "merge", subresource: "status" });
  const policy: NetworkPolicy = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "deny", namespace },
    spec: { podSelector: {}, policyTypes: ["Ingress"] },
  };
  await kube.apply(policy);
  const rule = "chain ingress-0 { # default/closed";
  await vi.waitFor(() => expect(programmed.at(-1)).toContain(rule), patienceMs);
  const writes = programmed.length;
  const ready = { conditions: [{ type: "Ready", status: "True" }] };
  await kube.patch(Pod, "closed", namespace, { status: ready }, { type: "merge", subresource: "status" });
  await kube.delete(NetworkPolicy, "deny", namespace);
  await vi.waitFor(() => expect(programmed.at(-1)).not.toContain(rule), patienceMs);
  // What changes no rule is not programmed.
  expect(programmed.length - writes).toBe(1);
});

test("a Service's name is kept with its address until it is gone, and names of others are left alone", async () => {
  const annotations = { "external-dns.alpha.kubernetes.io/hostname": "named.example.test" };
  await kube.apply({ ...service("named", {}), metadata: { name: "named", namespace, annotations } });
  const [address] = addressesOf(await addressed("named"));
  await vi.waitFor(
    () => expect([...zone]).toEqual(["of-another.example.test 192.0.2.6", `named.example.test ${address}`]),
    patienceMs,
  );
  const remembered = async () => (await kube.get(ConfigMap, dnsRecords.name, dnsRecords.namespace))?.data?.records;
  await vi.waitFor(async () => expect(await remembered()).toBe(`named.example.test ${address}`), patienceMs);
  await kube.delete(Service, "named", namespace);
  await vi.waitFor(() => expect([...zone]).toEqual(["of-another.example.test 192.0.2.6"]), patienceMs);
  await vi.waitFor(async () => expect(await remembered()).toBe(""), patienceMs);
});
