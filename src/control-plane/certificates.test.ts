import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Secret } from "../kube/kinds.ts";
import { textOf } from "../kube/text-of.ts";
import { aControlPlane } from "../testing/control-planes.ts";
import { keys } from "./keys.ts";

// What each certificate has to be, written down a second time and compared with what is in the Secrets: a right more in
// a subject, or a name less, is found here and nowhere else.

const server = "1.3.6.1.5.5.7.3.1";
const client = "1.3.6.1.5.5.7.3.2";

interface Certificate {
  signer: string;
  subject: string;
  usages: string[];
  names?: string[];
}

const service = (name: string) => [
  `DNS:${name}`,
  `DNS:${name}.clusters-demo`,
  `DNS:${name}.clusters-demo.svc`,
  `DNS:${name}.clusters-demo.svc.cluster.local`,
];
const members = ["etcd-0", "etcd-1", "etcd-2"].flatMap((member) => [
  `DNS:${member}.etcd-discovery.clusters-demo.svc`,
  `DNS:${member}.etcd-discovery.clusters-demo.svc.cluster.local`,
]);
const here = ["DNS:localhost", "IP Address:127.0.0.1", "IP Address:0:0:0:0:0:0:0:1"];

const certificates: Record<string, Certificate> = {
  "etcd-server-tls": {
    signer: "etcd-signer",
    subject: "CN=etcd-server",
    usages: [server, client],
    names: [...service("etcd-client"), ...members, ...here],
  },
  "etcd-peer-tls": {
    signer: "etcd-signer",
    subject: "CN=etcd-peer",
    usages: [server, client],
    names: [...members, ...here],
  },
  "etcd-client-tls": { signer: "etcd-signer", subject: "CN=etcd-client", usages: [client] },
  "kas-server-crt": {
    signer: "root-ca",
    subject: "CN=kubernetes",
    usages: [server],
    names: [
      "DNS:api-demo.example.com",
      ...service("kube-apiserver"),
      "DNS:kubernetes",
      "DNS:kubernetes.default",
      "DNS:kubernetes.default.svc",
      "DNS:kubernetes.default.svc.cluster.local",
      "IP Address:172.31.0.1",
      ...here,
    ],
  },
  "kas-aggregator-crt": {
    signer: "aggregator-client-signer",
    subject: "CN=system:openshift-aggregator",
    usages: [client],
  },
  "kas-kubelet-client-crt": {
    signer: "kube-apiserver-to-kubelet-signer",
    subject: "O=kube-master\nCN=system:kube-apiserver",
    usages: [client],
  },
  "konnectivity-server": {
    signer: "konnectivity-signer",
    subject: "CN=konnectivity-server",
    usages: [server],
    names: ["IP Address:192.0.2.2", ...service("konnectivity-server"), "DNS:localhost"],
  },
  "konnectivity-agent": { signer: "konnectivity-signer", subject: "CN=konnectivity-agent", usages: [client] },
  "ignition-server": {
    signer: "root-ca",
    subject: "CN=ignition-server",
    usages: [server],
    names: ["IP Address:192.0.2.3", ...service("ignition-server")],
  },
  "admin-kubeconfig": {
    signer: "system-admin-signer",
    subject: "O=system:masters\nCN=system:admin",
    usages: [client],
  },
  "bootstrap-kubeconfig": {
    signer: "kube-control-plane-signer",
    subject: "O=system:bootstrappers\nCN=system:bootstrapper",
    usages: [client],
  },
  "demo-abcde-kubeconfig": {
    signer: "kube-control-plane-signer",
    subject: "O=system:masters\nCN=system:cluster-api",
    usages: [client],
  },
  "hcco-kubeconfig": {
    signer: "hcco-signer",
    subject: "O=system:masters\nCN=system:hosted-cluster-config",
    usages: [client],
  },
  "kube-controller-manager-kubeconfig": {
    signer: "kube-control-plane-signer",
    subject: "CN=system:kube-controller-manager",
    usages: [client],
  },
  "kube-scheduler-kubeconfig": {
    signer: "kube-control-plane-signer",
    subject: "CN=system:kube-scheduler",
    usages: [client],
  },
};

/** Which signers are trusted by whom. */
const trust: Record<string, string[]> = {
  "root-ca": ["root-ca"],
  "client-ca": [
    "kube-control-plane-signer",
    "system-admin-signer",
    "hcco-signer",
    "cluster-signer-ca",
    "customer-system-admin-signer",
    "sre-system-admin-signer",
  ],
  "kubelet-client-ca": ["kube-apiserver-to-kubelet-signer"],
  "kubelet-serving-ca": ["cluster-signer-ca"],
  "etcd-ca": ["etcd-signer"],
  "aggregator-client-ca": ["aggregator-client-signer"],
  "konnectivity-ca-bundle": ["konnectivity-signer"],
};

const plane = aControlPlane();
const made = keys(plane, [], new Date("2026-11-21T09:00:00Z"));
const text = (name: string, key: string) => textOf(secretNamed(name), key) ?? "";
const secretNamed = (name: string) => made.secrets.find(({ metadata }) => metadata?.name === name);
const isLeaf = ({ data }: Secret) => data?.["tls.crt"] !== undefined;
const sorted = (list: readonly string[]) => [...list].sort();

test("there are these certificates and no others", () => {
  const found = made.secrets.filter(isLeaf).map(({ metadata }) => metadata?.name ?? "");
  expect(sorted(found)).toEqual(sorted(Object.keys(certificates)));
});

test.each(Object.entries(certificates))("%s is what it has to be", (name, { signer, subject, usages, names = [] }) => {
  const certificate = new X509Certificate(text(name, "tls.crt"));
  expect(certificate.subject).toBe(subject);
  expect(certificate.keyUsage).toEqual(usages);
  expect(sorted(certificate.subjectAltName?.split(", ") ?? [])).toEqual(sorted(names));
  expect(certificate.ca).toBe(false);
  expect(certificate.verify(new X509Certificate(text(signer, "ca.crt")).publicKey)).toBe(true);
});

test.each(Object.keys(certificates).filter((name) => name.endsWith("-kubeconfig")))(
  "whoever uses %s comes with that certificate and trusts the cluster's root",
  (name) => {
    const config = parse(text(name, "kubeconfig") || text(name, "value"));
    const [{ user }] = config.users;
    const [{ cluster }] = config.clusters;
    const isMounted = ["kube-controller-manager-kubeconfig", "kube-scheduler-kubeconfig"].includes(name);
    const decoded = (value: string) => Buffer.from(value, "base64").toString();
    if (isMounted) expect(user).toEqual({ "client-certificate": "tls.crt", "client-key": "tls.key" });
    else {
      expect(decoded(user["client-certificate-data"])).toBe(text(name, "tls.crt"));
      expect(decoded(user["client-key-data"])).toBe(text(name, "tls.key"));
    }
    expect(decoded(cluster["certificate-authority-data"])).toBe(text("root-ca", "ca.crt"));
  },
);

test("each bundle holds the signers that it has to, and no others", () => {
  const bundles = Object.fromEntries(
    made.configMaps.map(({ metadata, data }) => [metadata?.name, data?.["ca.crt"] ?? ""]),
  );
  const expected = Object.entries(trust).map(([name, members]) => [
    name,
    members.map((member) => text(member, "ca.crt")).join(""),
  ]);
  expect(bundles).toEqual(Object.fromEntries(expected));
});

test("clients of the API may also come from the user's own authority", () => {
  const own = text("etcd-signer", "ca.crt");
  const { configMaps } = keys({ ...plane, clientAuthority: own }, made.secrets, new Date("2026-11-21T09:00:00Z"));
  const bundle = (name: string) => configMaps.find(({ metadata }) => metadata?.name === name)?.data?.["ca.crt"];
  const theirs = made.configMaps.find(({ metadata }) => metadata?.name === "client-ca")?.data?.["ca.crt"];
  expect(bundle("client-ca")).toBe(`${theirs}${own}`);
  expect(bundle("kubelet-client-ca")).not.toContain(own);
});
