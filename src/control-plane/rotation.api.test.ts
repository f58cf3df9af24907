import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { acceptsCertificate } from "../controllers/certificate-revocation-request/accepts-certificate.ts";
import { createKube } from "../kube/create-kube.ts";
import type { Secret } from "../kube/kinds.ts";
import { pause } from "../kube/pause.ts";
import { textOf } from "../kube/text-of.ts";
import { bridgeTo, createAuthority, issue, type KeyPair } from "../pki/certificate.ts";
import { kubeconfigJson } from "../pki/kubeconfig.ts";
import { aControlPlane } from "../testing/control-planes.ts";
import { onLoopback } from "../testing/on-loopback.ts";
import { controlPlanePrograms } from "../testing/programs.ts";
import { type RunningRendered, runRendered } from "../testing/run-rendered.ts";
import { render } from "./component.ts";
import { etcd } from "./etcd/component.ts";
import { firstOrders, ordersConfigMap } from "./etcd/orders.ts";
import { type Keys, keys } from "./keys.ts";
import { kubeApiserver } from "./kube-apiserver/component.ts";
import { rotateAnnotation } from "./signer.ts";

// A running API server and its etcd get new certificates and new client authorities under requests that go on all the
// while, each on a connection of its own: none of them may fail.

const people = createAuthority("people", new Date());
/** Besides its own, this authority vouches for its clients. */
const plane = { ...aControlPlane(), clientAuthority: people.certificate };
const lifetime = { leafMs: 3_600_000, renewBeforeMs: 600_000 };
const rotating = ["system-admin-signer", "hcco-signer", "kube-control-plane-signer", "aggregator-client-signer"];
let made: Keys;
let running: RunningRendered;
let port: string;

beforeAll(async () => {
  made = keys(plane, [], new Date(), { lifetime });
  const rendered = [etcd, kubeApiserver].flatMap((component) => render(component, plane));
  const loopback = await onLoopback();
  port = loopback.api;
  running = await runRendered({
    objects: [...rendered, ...made.secrets, ...made.configMaps, ordersConfigMap(plane.namespace, firstOrders(plane))],
    programs: await controlPlanePrograms("1.34"),
    replace: loopback.replace,
  });
  await until("the API server is ready", async () => {
    const failure = (await running.failed("kube-apiserver")) ?? (await running.failed("etcd"));
    if (failure) throw new Error(failure);
    return (await status(made.secrets)) === 200;
  });
}, 120_000);
afterAll(() => running?.stop());

/** What the API server answers to the holder of this Secret's certificate, on a new connection: 0 where it does not. */
async function status(secrets: readonly Secret[], name = "hcco-kubeconfig"): Promise<number> {
  const secret = secrets.find(({ metadata }) => metadata?.name === name);
  const text = (textOf(secret, "kubeconfig") ?? "").replace(/https:\/\/[^"\s]+:6443/, `https://localhost:${port}`);
  const kube = await createKube({ kubeconfig: text });
  try {
    return (await kube.request("GET", "/api/v1/namespaces", { signal: AbortSignal.timeout(20_000) })).status;
  } catch {
    return 0;
  } finally {
    kube.close();
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Gave up waiting: ${what}`);
    await pause(50);
  }
}

/** Asks again and again with the newest certificate until it is stopped; gives every answer but 200. */
function probe() {
  const bad: number[] = [];
  let count = 0;
  let on = true;
  const ended = (async () => {
    while (on) {
      const answer = await status(made.secrets);
      count++;
      if (answer !== 200) bad.push(answer);
      await pause(20);
    }
  })();
  /** Ends after twenty answers more: what was changed last has been met by then. */
  return async () => {
    const enough = count + 20;
    await until("the probe was answered", async () => count >= enough);
    on = false;
    await ended;
    return bad;
  };
}

/** The next look at the keys, with these annotations on these signers, and the files of the programs after it. */
async function look(annotations: Record<string, string>, signers = rotating): Promise<void> {
  const present = made.secrets.map((secret) => {
    const more = signers.includes(secret.metadata?.name ?? "") ? annotations : {};
    return { ...secret, metadata: { ...secret.metadata, annotations: { ...secret.metadata?.annotations, ...more } } };
  });
  const history = { record: made.record, established: true };
  made = keys(plane, present, new Date(), { lifetime, history, behind: [], trustFirstMs: 0 });
  expect(made.problems).toEqual([]);
  await running.update([...made.secrets, ...made.configMaps]);
}

/** A kubeconfig whose certificate the signer's successor signed. */
function issuedBySuccessor(signer: string): Secret[] {
  const named = (name: string) => made.secrets.find(({ metadata }) => metadata?.name === name);
  const pair = (name: string) => textOf(named(signer), name) ?? "";
  const successor = { certificate: pair("next-ca.crt"), key: pair("next-ca.key") };
  return holding(issue(prober, successor, new Date()));
}

const prober = { commonName: "probe", organizations: ["system:masters"], usages: ["client" as const] };

/** A kubeconfig with this certificate. */
function holding(leaf: KeyPair): Secret[] {
  const named = (name: string) => made.secrets.find(({ metadata }) => metadata?.name === name);
  const config = kubeconfigJson({
    cluster: "demo",
    user: "probe",
    server: "https://kube-apiserver:6443",
    authority: textOf(named("root-ca"), "ca.crt") ?? "",
    ...leaf,
  });
  return [{ ...named("hcco-kubeconfig"), data: { kubeconfig: Buffer.from(config).toString("base64") } } as Secret];
}

/** Whether the API server takes the holder of this certificate for somebody, asked as revocations ask. */
function accepted(secrets: readonly Secret[]): Promise<boolean> {
  const text = (name: string, key: string) =>
    textOf(
      secrets.find(({ metadata }) => metadata?.name === name),
      key,
    ) ?? "";
  const address = { server: `https://localhost:${port}`, serverName: "kube-apiserver", ca: text("root-ca", "ca.crt") };
  const pair = { certificate: text("hcco-kubeconfig", "tls.crt"), key: text("hcco-kubeconfig", "tls.key") };
  return acceptsCertificate(address, pair);
}

/** The fingerprint of the certificate that the API server shows. */
function served(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: "localhost", rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

test("no request fails while every certificate is renewed", async () => {
  const before = await served();
  const stop = probe();
  // All of them are valid for longer than this, and so are signed again.
  made = keys(plane, made.secrets, new Date(), { lifetime: { leafMs: 1_800_000, renewBeforeMs: 600_000 } });
  expect(made.made.length).toBeGreaterThan(10);
  await running.update([...made.secrets, ...made.configMaps]);
  await until("the API server uses its new certificate", async () => (await served()) !== before);
  expect(await stop()).toEqual([]);
  expect(await running.failed("kube-apiserver")).toBeUndefined();
});

test("no request fails while the authorities of clients are rotated, and the former ones are refused in the end", async () => {
  const former = made.secrets;
  const stop = probe();
  await look({ [rotateAnnotation]: "now" });
  expect(made.made.map(({ secret }) => secret)).toEqual(expect.arrayContaining(rotating));
  const successor = issuedBySuccessor("hcco-signer");
  await until("the API server trusts the successor", async () => (await status(successor)) === 200);
  await look({});
  expect(made.made.map(({ secret }) => secret)).toEqual(
    expect.arrayContaining([...rotating, "hcco-kubeconfig", "admin-kubeconfig", "kas-aggregator-crt"]),
  );
  expect(await status(made.secrets)).toBe(200);
  expect(await status(made.secrets, "admin-kubeconfig")).toBe(200);
  expect(await status(former)).toBe(200);
  // As if that had been so long ago that nothing of theirs can be valid any more. It is, here, and it is refused.
  await look({ "hypershift.openshift.io/signs-since": new Date(Date.now() - 7_200_000).toISOString() });
  await until("the API server refuses what the former authority signed", async () => (await status(former)) === 401);
  expect(await status(former, "admin-kubeconfig")).toBe(401);
  expect(await accepted(former)).toBe(false);
  expect(await accepted(made.secrets)).toBe(true);
  expect(await status(made.secrets)).toBe(200);
  expect(await stop()).toEqual([]);
  expect(await running.failed("kube-apiserver")).toBeUndefined();
});

test("whoever knows only the former root-ca goes on after its successor signs, and whoever knows only that one, too", async () => {
  const former = made.secrets;
  const before = await served();
  const stop = probe();
  await look({ [rotateAnnotation]: "now" }, ["root-ca"]);
  await look({});
  expect(made.made.map(({ secret }) => secret)).toEqual(expect.arrayContaining(["root-ca", "kas-server-crt"]));
  await until("the API server uses its new certificate", async () => (await served()) !== before);
  const root = (secrets: Secret[]) => secrets.find(({ metadata }) => metadata?.name === "root-ca");
  expect(textOf(root(former), "ca.crt")).not.toBe(textOf(root(made.secrets), "ca.crt"));
  expect(await status(former)).toBe(200);
  await look({ "hypershift.openshift.io/signs-since": new Date(Date.now() - 7_200_000).toISOString() }, ["root-ca"]);
  expect(textOf(root(made.secrets), "previous-ca.crt")).toBeUndefined();
  expect(await status(made.secrets)).toBe(200);
  expect(await status(former)).toBe(200);
  expect(await stop()).toEqual([]);
});

test("whoever trusts only the former authority lets in whom its successor signed, where the way back comes along", async () => {
  const now = new Date();
  const successor = createAuthority("people", now);
  const leaf = issue(prober, successor, now);
  const bridge = bridgeTo(successor.certificate, people, now);
  expect(await status(holding(leaf))).toBe(401);
  expect(await status(holding({ ...leaf, certificate: leaf.certificate + bridge }))).toBe(200);
});
