import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Secret } from "../kube/kinds.ts";
import { textOf } from "../kube/text-of.ts";
import { aControlPlane } from "../testing/control-planes.ts";
import { breakGlassSigners, bundles, leaves, signers } from "./certificates.ts";
import { type KeysOptions, keys } from "./keys.ts";

const now = new Date("2026-11-21T09:00:00Z");
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const plane = aControlPlane();
const first = keys(plane, [], now);
const named = (secrets: Secret[], name: string) => secrets.find(({ metadata }) => metadata?.name === name);
const text = (secrets: Secret[], name: string, key: string) => textOf(named(secrets, name), key) ?? "";

test("every key is made once, and a second look changes nothing", () => {
  const second = keys(plane, first.secrets, later(0.2));
  expect(first.made.length).toBeGreaterThan(20);
  expect(second.made).toEqual([]);
  expect(second.secrets).toEqual(first.secrets);
  expect(second.configMaps).toEqual(first.configMaps);
});

test("by their end all leaves were signed again with the same keys, and signers stay", () => {
  const second = keys(plane, first.secrets, later(340));
  const emergencies: string[] = Object.values(breakGlassSigners);
  const made = second.made.map(({ secret }) => secret).filter((secret) => !emergencies.includes(secret));
  expect(made.sort()).toEqual(
    leaves(plane)
      .map(({ secret }) => secret)
      .sort(),
  );
  for (const { secret } of leaves(plane))
    expect(text(second.secrets, secret, "tls.key")).toBe(text(first.secrets, secret, "tls.key"));
  for (const signer of signers)
    expect(text(second.secrets, signer, "ca.crt")).toBe(text(first.secrets, signer, "ca.crt"));
  expect(text(second.secrets, "service-account-signing-key", "service-account.key")).toBe(
    text(first.secrets, "service-account-signing-key", "service-account.key"),
  );
});

test("leaves that were made together are renewed in different weeks", () => {
  let secrets = first.secrets;
  const perWeek = [306, 313, 320, 327, 334].map((days) => {
    const second = keys(plane, secrets, later(days));
    secrets = second.secrets;
    return second.made.length;
  });
  expect(perWeek.filter((count) => count > 1).length).toBeGreaterThan(2);
  expect(Math.max(...perWeek)).toBeLessThan(leaves(plane).length / 2);
});

test("what machines fetch to become nodes is good for a day", () => {
  const end = (secrets: Secret[]) => new X509Certificate(text(secrets, "bootstrap-kubeconfig", "tls.crt")).validToDate;
  expect(end(first.secrets)).toEqual(later(1));
  const second = keys(plane, first.secrets, later(0.6));
  expect(second.made.map(({ secret }) => secret)).toEqual(["bootstrap-kubeconfig"]);
});

test("a shorter validity is taken over by what is there, and does not sign again and again", () => {
  const lifetime = { leafMs: 600_000, renewBeforeMs: 200_000 };
  const second = keys(plane, first.secrets, now, { lifetime });
  expect(second.made).toHaveLength(leaves(plane).length);
  expect(keys(plane, second.secrets, new Date(now.getTime() + 100_000), { lifetime }).made).toEqual([]);
  for (const { secret } of leaves(plane)) {
    const { validToDate } = new X509Certificate(text(second.secrets, secret, "tls.crt"));
    expect(validToDate.getTime() - now.getTime(), secret).toBe(600_000);
  }
});

const without = (...names: string[]) => first.secrets.filter(({ metadata }) => !names.includes(metadata?.name ?? ""));
const changed = (name: string, data: Record<string, string>) => [
  ...without(name),
  {
    ...named(first.secrets, name),
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")])),
  } as Secret,
];
const known = { record: first.record, established: true };
const unrecorded = { established: true };
const problemOf = (secrets: Secret[], history: KeysOptions["history"] = known) =>
  keys(plane, secrets, now, { history }).problems.map(({ secret, reason }) => `${secret} ${reason}`);

test.each<[string, Secret[], string]>([
  ["is gone", without("root-ca"), "root-ca SignerMissing"],
  ["is gone that has no leaves", without("cluster-signer-ca"), "cluster-signer-ca SignerMissing"],
  [
    "has lost its key",
    changed("root-ca", { "ca.crt": text(first.secrets, "root-ca", "ca.crt") }),
    "root-ca SignerMissing",
  ],
  [
    "has the key of another",
    changed("root-ca", {
      "ca.crt": text(first.secrets, "root-ca", "ca.crt"),
      "ca.key": text(first.secrets, "etcd-signer", "ca.key"),
    }),
    "root-ca SignerMissing",
  ],
  ["is empty", changed("service-account-signing-key", {}), "service-account-signing-key SignerMissing"],
  [
    "has an empty key",
    changed("service-account-signing-key", { "service-account.key": "" }),
    "service-account-signing-key SignerMissing",
  ],
])("a signer that %s is not made anew, recorded or not, and nothing is written in its place", (_, secrets, problem) => {
  expect(problemOf(secrets)).toEqual([problem]);
  expect(problemOf(secrets, unrecorded)).toEqual([problem]);
  const wanted = keys(plane, secrets, now, { history: known });
  expect(wanted.made).toEqual([]);
  expect(wanted.record).toEqual(first.record);
  const [name = ""] = problem.split(" ");
  const written = wanted.secrets.map(({ metadata }) => metadata?.name);
  expect(written).not.toContain(name);
  for (const leaf of leaves(plane)) if (leaf.signer === name) expect(written).not.toContain(leaf.secret);
  for (const [bundle, members] of Object.entries(bundles))
    if ((members as readonly string[]).includes(name))
      expect(wanted.configMaps.map(({ metadata }) => metadata?.name)).not.toContain(bundle);
});

test("what another signer signed goes on while one is missing", () => {
  const wanted = keys(plane, without("root-ca"), later(340), { history: known });
  const made = wanted.made.map(({ secret }) => secret);
  expect(made).toContain("etcd-server-tls");
  expect(made).not.toContain("kas-server-crt");
  // They hold root-ca, too.
  expect(made).not.toContain("kube-scheduler-kubeconfig");
});

test("without a record a missing signer is known by what it signed", () => {
  expect(problemOf(without("root-ca"), { established: false })).toEqual(["root-ca SignerMissing"]);
});

test("a control plane that was at work before gets no new keys when none of its Secrets is there", () => {
  const nothing = keys(plane, [], now, { history: unrecorded });
  expect(nothing.secrets.map(({ metadata }) => metadata?.name)).toEqual(["kubeadmin-password"]);
  expect(nothing.configMaps).toEqual([]);
  expect(nothing.problems.map(({ secret }) => secret).sort()).toEqual(
    [...signers, "service-account-signing-key"].sort(),
  );
  expect(nothing.problems[0]?.message).toContain("kubectl apply -n clusters-demo -f root-ca.yaml");
});

test("a control plane from before there were signers for emergencies gets them beside its others", () => {
  const young = ["customer-system-admin-signer", "sre-system-admin-signer"];
  const wanted = keys(plane, without(...young), now, { history: unrecorded });
  expect(wanted.problems).toEqual([]);
  expect(wanted.made.map(({ secret }) => secret)).toEqual(young);
});

test("nothing is recorded of a control plane from before the record while one of its signers is missing", () => {
  // Nothing that it signed is in a Secret here: a record without it would be the word that it never was.
  const wanted = keys(plane, without("cluster-signer-ca"), now, { history: unrecorded });
  expect(wanted.record).toBeUndefined();
  const second = keys(plane, wanted.secrets, now, { history: { record: wanted.record, established: true } });
  expect(second.problems.map(({ secret }) => secret)).toEqual(["cluster-signer-ca"]);
});

test("a signer that is new in a release is made beside those of the record", () => {
  const { "hcco-signer": _, ...record } = first.record ?? {};
  const wanted = keys(plane, without("hcco-signer", "hcco-kubeconfig"), now, {
    history: { record, established: true },
  });
  expect(wanted.problems).toEqual([]);
  expect(wanted.made.map(({ secret }) => secret)).toEqual(["hcco-signer", "hcco-kubeconfig"]);
});

test("another signer than the recorded one is not used, nor one that did not sign what is there", () => {
  const other = keys(plane, [], now);
  const swapped = [...without("root-ca"), named(other.secrets, "root-ca") as Secret];
  expect(problemOf(swapped)).toEqual(["root-ca SignerReplaced"]);
  expect(problemOf(swapped, unrecorded)).toEqual(["root-ca SignerReplaced"]);
  const tokens = [
    ...without("service-account-signing-key"),
    named(other.secrets, "service-account-signing-key") as Secret,
  ];
  expect(problemOf(tokens)).toEqual(["service-account-signing-key SignerReplaced"]);
});

test("no private key is in what is said of a signer", () => {
  const said = keys(plane, [], now, { history: known })
    .problems.map(({ message }) => message)
    .join();
  expect(said).not.toContain("PRIVATE");
});

test("a control plane from before the record gets it from what is there", () => {
  const wanted = keys(plane, first.secrets, now, { history: unrecorded });
  expect(wanted.problems).toEqual([]);
  expect(wanted.record).toEqual(first.record);
  expect(Object.keys(wanted.record ?? {}).sort()).toEqual([...signers, "service-account-signing-key"].sort());
});

test("while only renewing nothing is made that is not there", () => {
  const wanted = keys(plane, [], now, { renewOnly: true });
  const names = wanted.secrets.map(({ metadata }) => metadata?.name);
  for (const name of [...signers, ...leaves(plane).map(({ secret }) => secret)]) expect(names).not.toContain(name);
});

test("a new external address is put into the certificates that hold it", () => {
  const moved = aControlPlane({ endpoints: { ...plane.endpoints, api: { host: "192.0.2.99", port: 6443 } } });
  const second = keys(moved, first.secrets, now);
  expect(second.made.map(({ secret }) => secret)).toEqual(["kas-server-crt"]);
  expect(new X509Certificate(text(second.secrets, "kas-server-crt", "tls.crt")).checkIP("192.0.2.99")).toBe(
    "192.0.2.99",
  );
  expect(text(second.secrets, "admin-kubeconfig", "kubeconfig")).toContain("https://192.0.2.99:6443");
});

test("what holds an address is not made before the address is known", () => {
  const names = keys(aControlPlane({ endpoints: {} }), [], now).secrets.map(({ metadata }) => metadata?.name);
  for (const name of [
    "kas-server-crt",
    "konnectivity-server",
    "ignition-server",
    "admin-kubeconfig",
    "bootstrap-kubeconfig",
  ])
    expect(names).not.toContain(name);
  expect(names).toContain("etcd-server-tls");
});

test("each leaf is its signer's and valid where it is used", () => {
  for (const { secret, signer } of leaves(plane)) {
    const leaf = new X509Certificate(text(first.secrets, secret, "tls.crt"));
    expect(leaf.verify(new X509Certificate(text(first.secrets, signer, "ca.crt")).publicKey), secret).toBe(true);
  }
  const server = new X509Certificate(text(first.secrets, "kas-server-crt", "tls.crt"));
  for (const host of [
    "api-demo.example.com",
    "kube-apiserver",
    "kube-apiserver.clusters-demo.svc",
    "kubernetes.default.svc",
    "localhost",
  ]) {
    expect(server.checkHost(host), host).toBe(host);
  }
  for (const address of ["172.31.0.1", "127.0.0.1"]) expect(server.checkIP(address)).toBe(address);
});

test("kubeconfigs trust the cluster's own root and reach the API by the right way", () => {
  const root = text(first.secrets, "root-ca", "ca.crt");
  const cluster = (secret: string, key = "kubeconfig") => parse(text(first.secrets, secret, key)).clusters[0].cluster;
  expect(cluster("admin-kubeconfig")).toMatchObject({
    server: "https://api-demo.example.com:6443",
    "certificate-authority-data": Buffer.from(root).toString("base64"),
  });
  expect(cluster("hcco-kubeconfig").server).toBe("https://kube-apiserver:6443");
  expect(cluster("demo-abcde-kubeconfig", "value").server).toBe("https://kube-apiserver.clusters-demo.svc:6443");
  expect(named(first.secrets, "demo-abcde-kubeconfig")).toMatchObject({
    type: "cluster.x-k8s.io/secret",
    metadata: { labels: { "cluster.x-k8s.io/cluster-name": "demo-abcde" } },
  });
});

test("bundles hold the authorities that they name", () => {
  for (const [name, members] of Object.entries(bundles)) {
    const bundle = first.configMaps.find(({ metadata }) => metadata?.name === name)?.data?.["ca.crt"] ?? "";
    expect(bundle.match(/BEGIN CERTIFICATE/g)?.length, name).toBe(members.length);
  }
});

test("the user's own signing key is used where the spec names it", () => {
  const own = text(keys(plane, [], now).secrets, "service-account-signing-key", "service-account.key");
  const mine: Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "mine" },
    data: { key: Buffer.from(own).toString("base64") },
  };
  const made = keys(
    aControlPlane({ spec: { serviceAccountSigningKey: { name: "mine" } } }),
    [...first.secrets, mine],
    now,
  );
  expect(text(made.secrets, "service-account-signing-key", "service-account.key")).toBe(own);
});

test("the password of kubeadmin is four groups of five, and gone where there are identity providers", () => {
  expect(text(first.secrets, "kubeadmin-password", "password")).toMatch(/^\w{5}-\w{5}-\w{5}-\w{5}$/);
  const spec = { configuration: { oauth: { identityProviders: [{ name: "ldap", type: "LDAP" }] } } } as never;
  expect(named(keys(aControlPlane({ spec }), first.secrets, now).secrets, "kubeadmin-password")).toBeUndefined();
});
