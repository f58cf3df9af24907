import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { ownerAnnotation } from "../../api/owned-namespace.ts";
import { recoveryPermissions } from "../../api/permissions.ts";
import type { ConfigMap, Namespace, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { createLog } from "../../kube/log.ts";
import { pause } from "../../kube/pause.ts";
import type { Resource } from "../../kube/resource.ts";
import { createAuthority, fingerprintOf } from "../../pki/certificate.ts";
import { aControlPlane } from "../../testing/control-planes.ts";
import { type EtcdMembers, startEtcdMembers } from "../../testing/etcd-members.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { controlPlanePrograms } from "../../testing/programs.ts";
import { samples } from "../../testing/samples.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { readSnapshot, type SnapshotPrograms } from "../etcd/snapshot.ts";
import type { Store } from "../store/store.ts";
import { volumeStore } from "../store/volume-store.ts";
import { checkBackup } from "./check-backup.ts";
import { deleteBackup } from "./delete-backup.ts";
import { type MakeBackupOptions, makeBackup } from "./make-backup.ts";
import type { Recorded } from "./recorded.ts";

const signal = new AbortController().signal;
const log = createLog({ write: () => {} });
const keyBytes = "c2VjcmV0LWtleS1ieXRlcw==";
const authority = createAuthority("root-ca", new Date());
const fingerprint = fingerprintOf(authority.certificate);

let administrator: Kube;
let kube: Kube;
let etcd: EtcdMembers;
let home: string;
let plane: string;
let programs: SnapshotPrograms;
let store: Store;
let location: string;
let folder: string;
const folders: string[] = [];

beforeAll(async () => {
  const server = await sharedApiServer("backup");
  await installCrds(server.kube, { clusterApi: true });
  administrator = server.kube;
  home = server.namespace;
  plane = `${home}-demo`;
  kube = await kubeWithRights({ ...server, name: "recovery", rules: recoveryPermissions, namespace: undefined });
  etcd = await startEtcdMembers(aControlPlane({ namespace: plane }));
  const { etcdctl = "" } = await controlPlanePrograms("1.34");
  programs = { etcdctl, etcdutl: etcdctl.replace(/ctl$/, "utl") };
  await makeCluster();
}, 120_000);

beforeEach(async () => {
  location = await mkdtemp(join(tmpdir(), "roost-store-"));
  folder = await mkdtemp(join(tmpdir(), "roost-backup-"));
  folders.push(location, folder);
  store = volumeStore(location);
});

afterAll(async () => {
  await etcd?.stop();
  await Promise.all(folders.map((each) => rm(each, { recursive: true, force: true })));
});

const host = () => etcd.hosts["etcd-0"] ?? "";
const base64 = (text: string) => Buffer.from(text).toString("base64");

async function put(key: string): Promise<void> {
  await etcd.client.call(host(), "kv/put", { key: base64(`/kubernetes.io/${key}`), value: base64(key) });
}

/** What there is in the management cluster of a hosted cluster, and of others beside it. */
async function makeCluster(): Promise<void> {
  const sample = samples().get("hosted-cluster-none") as Resource & { spec: object };
  const cluster = await administrator.create<HostedCluster>({
    ...sample,
    metadata: { name: "demo", namespace: home },
    spec: { ...sample.spec, pullSecret: { name: "pull" } },
  } as unknown as HostedCluster);
  const secret = (namespace: string, name: string, data: Record<string, string> = {}, more: object = {}) =>
    administrator.create<Secret>({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace, ...more }, data });
  const configMap = (namespace: string, name: string, data: Record<string, string>) =>
    administrator.create<ConfigMap>({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data });
  await administrator.create<Namespace>({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: plane, annotations: { [ownerAnnotation]: `${home}/demo` } },
  });
  const owner = { apiVersion: HostedCluster.apiVersion, kind: "HostedCluster", name: "demo" };
  await secret(home, "pull");
  await secret(home, "published", {}, { ownerReferences: [{ ...owner, uid: cluster.metadata?.uid }] });
  await secret(home, "of-another-cluster");
  await untilLed();
  const { clusterID, memberID } = await etcd.client.status(host());
  await configMap(plane, "durable-record", {
    etcd: JSON.stringify({ clusterID, members: { "etcd-0": { id: memberID } } }),
    signers: JSON.stringify({ "root-ca": { fingerprints: [fingerprint] } }),
  });
  await secret(plane, "root-ca", { "ca.crt": base64(authority.certificate), "ca.key": base64(authority.key) });
  const { spec } = aControlPlane({ namespace: plane });
  const { apiVersion, kind } = HostedControlPlane;
  await administrator.create({
    apiVersion,
    kind,
    metadata: { name: "demo", namespace: plane },
    spec,
  } as HostedControlPlane);
  const { ca, certificate, key } = etcd.access;
  const tls = { "ca.crt": ca, "tls.crt": certificate, "tls.key": key };
  const encoded = Object.entries(tls).map(([name, text]) => [name, base64(text)]);
  await secret(plane, "etcd-client-tls", Object.fromEntries(encoded));
  await secret(plane, "kube-apiserver-encryption", { key: keyBytes });
  for (const name of ["a", "b", "c"]) await put(`configmaps/default/${name}`);
  await put("config.openshift.io/clusterversions/version");
}

async function untilLed(): Promise<void> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const status = await etcd.client.status(host()).catch(() => undefined);
    if (status?.leader) return;
    if (Date.now() > deadline) throw new Error("etcd has no leader after 40 s");
    await pause(50);
  }
}

const make = (changes: Partial<MakeBackupOptions> = {}) =>
  makeBackup({
    kube,
    log,
    signal,
    now: () => new Date("2026-01-01T00:00:00Z"),
    store,
    recipients: [],
    cluster: { namespace: home, name: "demo" },
    backup: { name: "first", uid: "u-1" },
    attempt: "a",
    folder,
    programs,
    addressOf: etcd.addressOf,
    ...changes,
  });

const path = () => `${home}/demo/first`;
const fileOf = (key: string) => join(location, path(), key === "manifest.json" ? key : `a.${key}`);
const check = () => checkBackup({ store, path: path(), identities: [], folder, etcdutl: programs.etcdutl, signal });

test("a backup holds etcd, what belongs to the cluster and no more, and a manifest without a secret", async () => {
  const manifest = await make();
  const { revision, hash } = await readSnapshot(fileOf("snapshot.db"), { etcdutl: programs.etcdutl, signal });
  const { clusterID, memberID, revision: present } = await etcd.client.status(host());
  expect(manifest.etcd).toMatchObject({ clusterID, members: { "etcd-0": memberID }, revision, hash });
  expect(revision).toBe(present);
  expect(manifest.objectCounts).toEqual({ configmaps: 3, "config.openshift.io/clusterversions": 1 });
  expect(manifest.cluster).toMatchObject({ namespace: home, name: "demo" });
  expect(manifest.durableRecord).toMatchObject({ signers: { "root-ca": { fingerprints: [fingerprint] } } });

  const named = manifest.objects.map(({ kind, namespace, name }) => `${kind} ${namespace ?? ""}/${name}`);
  expect(named[0]).toBe(`Namespace /${plane}`);
  expect(named).toEqual(
    expect.arrayContaining([
      `HostedCluster ${home}/demo`,
      `Secret ${home}/pull`,
      `Secret ${home}/published`,
      `Secret ${plane}/kube-apiserver-encryption`,
      `ConfigMap ${plane}/durable-record`,
    ]),
  );
  expect(named).not.toContain(`Secret ${home}/of-another-cluster`);
  const objects = JSON.parse(await readFile(fileOf("objects.json"), "utf8")) as Recorded[];
  expect(objects.map(({ facts }) => facts)).toEqual(manifest.objects);
  const published = objects.find(({ facts }) => facts.name === "published");
  expect(published?.facts.owners[0]).toMatchObject({ kind: "HostedCluster", name: "demo" });
  for (const { object } of objects) {
    expect(object.metadata).not.toHaveProperty("uid");
    expect(object.metadata).not.toHaveProperty("resourceVersion");
    expect(object.metadata).not.toHaveProperty("ownerReferences");
  }
  const text = await readFile(fileOf("manifest.json"), "utf8");
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(manifest)));
  expect(text).not.toContain(keyBytes);
  expect(text).not.toContain("PRIVATE KEY");
  expect(await check()).toEqual({ problems: [], opened: true });
});

test("a backup that is complete is not made again, and another one of its name is left alone", async () => {
  const made = await make();
  await put("configmaps/default/later");
  expect(await make({ now: () => new Date("2026-01-02T00:00:00Z") })).toEqual(JSON.parse(JSON.stringify(made)));
  await expect(make({ backup: { name: "first", uid: "u-2" } })).rejects.toThrow("choose another name");
  expect(await deleteBackup({ store, path: path(), uid: "u-2", signal })).toBe(0);
  expect(await check()).toEqual({ problems: [], opened: true });
  expect(await deleteBackup({ store, path: path(), uid: "u-1", signal })).toBe(4);
  expect((await check()).problems).toEqual([`${path()}/manifest.json is not in the store`]);
});

test("a backup that died is made whole by the next attempt, wherever it was", async () => {
  for (const step of [0, 1, 2, 3]) {
    const backup = { name: `died-${step}`, uid: "u-1" };
    let puts = 0;
    const dying: Store = {
      ...store,
      async put(key, body, options) {
        if (puts++ === step) throw new Error("killed");
        await store.put(key, body, options);
      },
    };
    await expect(make({ backup, store: dying })).rejects.toThrow("killed");
    await make({ backup });
    const of = {
      store,
      path: `${home}/demo/${backup.name}`,
      identities: [],
      folder,
      etcdutl: programs.etcdutl,
      signal,
    };
    expect(await checkBackup(of)).toEqual({ problems: [], opened: true });
  }
});

test("of two attempts at once each writes parts of its own, and the manifest names those of one of them", async () => {
  const scratch = await mkdtemp(join(tmpdir(), "roost-backup-"));
  folders.push(scratch);
  await make({
    store: {
      ...store,
      // Another pod writes its parts and dies, just before this one writes the manifest.
      async put(key, body, options) {
        if (key.endsWith("/manifest.json")) {
          await put("configmaps/default/meanwhile");
          const dying: Store = {
            ...store,
            async put(other, ...rest) {
              if (other.endsWith("/manifest.json")) throw new Error("killed");
              await store.put(other, ...rest);
            },
          };
          await expect(make({ attempt: "b", store: dying, folder: scratch })).rejects.toThrow("killed");
        }
        await store.put(key, body, options);
      },
    },
  });
  await make({ attempt: "b" });
  expect(await check()).toEqual({ problems: [], opened: true });
  expect(await deleteBackup({ store, path: path(), uid: "u-1", signal })).toBe(7);
});

test("a changed byte, a cut part and a missing one are named", async () => {
  await make();
  const whole = await readFile(fileOf("snapshot.db"));
  const changed = Buffer.from(whole);
  changed.writeUInt8(changed.readUInt8(4_096) ^ 1, 4_096);
  await writeFile(fileOf("snapshot.db"), changed);
  expect((await check()).problems).toEqual([expect.stringContaining(`${path()}/a.snapshot.db was changed`)]);
  await writeFile(fileOf("snapshot.db"), whole.subarray(0, 8_192));
  const cut = `${path()}/a.snapshot.db has 8192 bytes, and ${whole.length} were stored`;
  expect((await check()).problems).toEqual([cut]);
  await rm(fileOf("snapshot.db"));
  await rm(fileOf("objects.json"));
  const missing = ["a.snapshot.db", "a.objects.json"].map((key) => `${path()}/${key} is not in the store`);
  expect((await check()).problems).toEqual(missing);
});

test("a snapshot that was damaged before it was stored does not pass for one", async () => {
  await make();
  const file = join(folder, "damaged.db");
  const bytes = await readFile(fileOf("snapshot.db"));
  bytes.writeUInt8(bytes.readUInt8(4_096) ^ 1, 4_096);
  await writeFile(file, bytes);
  await expect(readSnapshot(file, { etcdutl: programs.etcdutl, signal })).rejects.toThrow("is damaged");
  await writeFile(file, bytes.subarray(0, 8_192));
  await expect(readSnapshot(file, { etcdutl: programs.etcdutl, signal })).rejects.toThrow("is cut off");
});

test("where encryption keys change while the snapshot is taken, all of it is taken again", async () => {
  let looks = 0;
  const changing = new Proxy(kube, {
    get(target, name: keyof Kube) {
      if (name !== "get") return (target[name] as () => unknown).bind?.(target) ?? target[name];
      return async (kind: never, objectName: string, ...rest: never[]) => {
        const found = (await (target.get as (...args: unknown[]) => unknown)(kind, objectName, ...rest)) as Secret;
        if (objectName !== "kube-apiserver-encryption" || looks++ !== 1) return found;
        return { ...found, metadata: { ...found.metadata, resourceVersion: "changed" } };
      };
    },
  });
  await make({ kube: changing });
  expect(looks).toBe(4);
  expect(await check()).toEqual({ problems: [], opened: true });
});

test("a cluster that lost a signer is not backed up, so that no backup that has it is outlived by one without", async () => {
  const { Secret } = await import("../../kube/kinds.ts");
  const lost = (await administrator.get(Secret, "root-ca", plane)) as Secret;
  await administrator.delete(Secret, "root-ca", plane);
  await expect(make()).rejects.toThrow(`the Secret ${plane}/root-ca is not there`);
  const { resourceVersion: _, uid: __, ...metadata } = lost.metadata ?? {};
  await administrator.create<Secret>({ ...lost, apiVersion: "v1", kind: "Secret", metadata });
});

test("a snapshot that lacks what was acknowledged before it was taken is refused", async () => {
  const old = join(folder, "old.db");
  await make();
  await copyFile(fileOf("snapshot.db"), old);
  await put("configmaps/default/acknowledged");
  const stale = join(folder, "etcdctl");
  await writeFile(stale, `#!/bin/sh\ncp ${old} "$3"\n`, { mode: 0o755 });
  const changes = { backup: { name: "stale", uid: "u-1" }, programs: { ...programs, etcdctl: stale } };
  await expect(make(changes)).rejects.toThrow("was acknowledged before it was taken");
});

test("a cluster that is not there, and a namespace that is another's, are not backed up", async () => {
  await expect(make({ cluster: { namespace: home, name: "other" } })).rejects.toThrow("there is no such HostedCluster");
  const annotated = (owner: string) => ({ metadata: { annotations: { [ownerAnnotation]: owner } } });
  const { Namespace } = await import("../../kube/kinds.ts");
  await administrator.patch(Namespace, plane, undefined, annotated("somebody/else"));
  await expect(make()).rejects.toThrow(`the namespace ${plane} is not its control plane's`);
  await administrator.patch(Namespace, plane, undefined, annotated(`${home}/demo`));
});
