import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigMap, Secret } from "../kube/kinds.ts";
import { noLog } from "../kube/log.ts";
import { waitFor } from "../kube/wait-for.ts";
import { createAuthority, issue } from "../pki/certificate.ts";
import { freePorts } from "../testing/free-ports.ts";
import { type SharedApiServer, sharedApiServer } from "../testing/shared-api-server.ts";
import { coreConfig, coreConfigLabel } from "./core-config.ts";
import { runIgnitionServer } from "./run-ignition-server.ts";
import { type IgnitionReport, ignitionReportsName, indexEntry, reportOf, tokenIndexName } from "./token-index.ts";
import { expirationAnnotation, tokenSecretData, tokenSecretLabel } from "./token-secret.ts";

let api: SharedApiServer;
let folder: string;
let port: number;
let running: Promise<void>;
const stop = new AbortController();
const authority = createAuthority("test", new Date());
const pool = { images: { kubelet: "kubelet-image", pause: "pause-image" } };

beforeAll(async () => {
  api = await sharedApiServer("ignition");
  folder = await mkdtemp(join(tmpdir(), "roost-ignition-"));
  const pair = issue({ commonName: "i", dnsNames: ["localhost"], usages: ["server"] }, authority, new Date());
  await writeFile(join(folder, "tls.crt"), pair.certificate);
  await writeFile(join(folder, "tls.key"), pair.key);
  [port = 0] = await freePorts(1);
  // As the control plane makes it.
  await api.kube.create(configMap(ignitionReportsName, {}));
  running = runIgnitionServer({
    kube: api.kube,
    log: noLog,
    signal: stop.signal,
    namespace: api.namespace,
    pullSecret: "pull-secret",
    tlsDirectory: folder,
    port,
    checkAgainMs: 50,
  });
});

afterAll(async () => {
  stop.abort();
  await running;
  await rm(folder, { recursive: true, force: true });
});

function secret(name: string, text: Record<string, string>): Secret {
  const data = Object.fromEntries(
    Object.entries(text).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: api.namespace }, data };
}

function configMap(name: string, data: Record<string, string>, more = {}): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: api.namespace, ...more }, data };
}

/** Makes a token Secret and tells of it, as the node-pool controller does. */
async function makeToken(...given: Parameters<typeof tokenSecret>): Promise<void> {
  const made = await api.kube.create(tokenSecret(...given));
  const [name] = given;
  const index = configMap(tokenIndexName, { [name]: JSON.stringify(indexEntry(made)) });
  await api.kube.apply(index, { fieldManager: name });
}

async function reported(name: string, test: (report: IgnitionReport) => boolean): Promise<IgnitionReport> {
  const found = await waitFor(
    api.kube,
    ConfigMap,
    ignitionReportsName,
    (each) => {
      const report = reportOf(each, name);
      return report !== undefined && test(report);
    },
    { namespace: api.namespace },
  );
  return reportOf(found, name) as IgnitionReport;
}

function tokenSecret(name: string, tokens: { token: string; oldToken?: string }, annotations = {}): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: api.namespace, labels: { [tokenSecretLabel]: "true" }, annotations },
    data: tokenSecretData({ ...tokens, release: "r", releaseVersion: "1.34.4", pool, userConfigs: [] }),
  };
}

const trusted = "/etc/roost/trust/additional-trust-bundle-0.crt";
const pathsOf = (body: string) => JSON.parse(body).storage.files.map(({ path }: { path: string }) => path);

function fetchConfig(token: string): Promise<{ status: number; body: string }> {
  const authorization = `Bearer ${Buffer.from(token).toString("base64")}`;
  return new Promise((resolve, reject) => {
    const options = { ca: authority.certificate, headers: { authorization } };
    const outgoing = request(`https://localhost:${port}/ignition`, options, (incoming) => {
      let body = "";
      incoming.on("data", (chunk) => {
        body += chunk;
      });
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, body }));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

test("a token whose configuration lacks a piece says so in its report, and to the machine", async () => {
  await makeToken("token-a", { token: "first", oldToken: "before" });
  expect((await reported("token-a", () => true)).reason).toBe("PayloadNotReady");
  expect(await fetchConfig("first")).toMatchObject({ status: 503 });
});

test("a machine gets the whole configuration over TLS, for the present token and the one before", async () => {
  const config = coreConfig({ clusterDNS: ["172.31.0.10"], clusterDomain: "cluster.local" });
  const labels = { [coreConfigLabel]: "true" };
  await api.kube.create(configMap("core", { config: JSON.stringify(config) }, { labels }));
  await api.kube.create(configMap("kubelet-client-ca", { "ca.crt": "CA" }));
  await api.kube.create(secret("bootstrap-kubeconfig", { kubeconfig: "bootstrap" }));
  await api.kube.create(secret("pull-secret", { ".dockerconfigjson": "{}" }));
  for (const token of ["first", "before"]) {
    const { status, body } = await fetchConfig(token);
    expect(status).toBe(200);
    expect(pathsOf(body)).toContain("/etc/kubernetes/bootstrap-kubeconfig");
  }
  expect((await reported("token-a", ({ reached }) => reached)).reached).toBe(true);
  // Nothing tells of pieces that come: they are looked for again.
  await reported("token-a", ({ reason, reached }) => reason === "AsExpected" && reached);
});

test("nodes trust what the operator was told to trust, where their cluster names nothing else", async () => {
  expect(pathsOf((await fetchConfig("first")).body)).not.toContain(trusted);
  const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  await api.kube.create(configMap("operator-ca-bundle", { "ca-bundle.crt": pem }));
  expect(pathsOf((await fetchConfig("first")).body)).toContain(trusted);
});

test("a token that comes later works, and its report says that its configuration is good", async () => {
  await makeToken("token-b", { token: "second" });
  await reported("token-b", ({ reason }) => reason === "AsExpected");
  expect(await fetchConfig("second")).toMatchObject({ status: 200 });
});

test("a token that has run out, that nobody made, or whose Secret is gone gets nothing", async () => {
  const annotations = { [expirationAnnotation]: new Date(Date.now() - 1000).toISOString() };
  await makeToken("token-c", { token: "third" }, annotations);
  await makeToken("token-d", { token: "fourth" });
  await reported("token-d", () => true);
  expect(await fetchConfig("third")).toMatchObject({ status: 511 });
  expect(await fetchConfig("guess")).toMatchObject({ status: 511 });
  expect(await fetchConfig("fourth")).toMatchObject({ status: 200 });
  await api.kube.delete(Secret, "token-d", api.namespace);
  expect(await fetchConfig("fourth")).toMatchObject({ status: 511 });
});

test("a renewed certificate is used as soon as both of its files are there, and never with the other's key", async () => {
  const next = issue({ commonName: "renewed", dnsNames: ["localhost"], usages: ["server"] }, authority, new Date());
  expect(await subject()).toBe("i");
  await writeFile(join(folder, "tls.crt"), next.certificate);
  // The files are looked at several times meanwhile.
  for (const end = Date.now() + 300; Date.now() < end; ) expect(await subject()).toBe("i");
  await writeFile(join(folder, "tls.key"), next.key);
  await expect.poll(subject).toBe("renewed");
  expect(await fetchConfig("guess")).toMatchObject({ status: 511 });
});

/** Who the server says that it is, on a new connection. */
function subject(): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "localhost", ca: authority.certificate }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}
