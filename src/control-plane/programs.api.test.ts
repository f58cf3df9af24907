import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EtcdClient } from "../etcd/etcd-client.ts";
import { createKube, type ReplaceableKube } from "../kube/create-kube.ts";
import { ClusterRoleBinding, Secret } from "../kube/kinds.ts";
import { pause } from "../kube/pause.ts";
import { textOf } from "../kube/text-of.ts";
import { createAuthority, issue } from "../pki/certificate.ts";
import { aControlPlane, variants } from "../testing/control-planes.ts";
import { type RunningControlPlane, runControlPlane } from "../testing/run-control-plane.ts";
import type { ControlPlane } from "./control-plane.ts";
import { snapshotKeys } from "./kube-apiserver/snapshot-keys.ts";

// The programs themselves say whether our arguments and files are right: a wrong flag ends them.
const versions = ["1.34", "1.33"] as const;

describe.for(versions)("%s", (version) => {
  let plane: RunningControlPlane;
  let kube: ReplaceableKube;

  beforeAll(async () => {
    const facts = aControlPlane({
      encryption: { active: { name: "key-1", secret: Buffer.alloc(32, 1).toString("base64") } },
      spec: { configuration: { apiServer: { audit: { profile: "WriteRequestBodies" } } } } as never,
    });
    plane = await runControlPlane({ facts, version });
    kube = plane.kube;
  }, 180_000);
  afterAll(() => plane?.stop());

  test(`an API server of ${version} becomes ready with the rendered arguments and files`, async () => {
    expect((await kube.request("GET", "/readyz")).body).toBe("ok");
  });

  test(`the controller manager of ${version} makes the default service account and the root certificate for pods`, async () => {
    await until("the controller manager works", async () => {
      const failure = await plane.programs.failed("kube-controller-manager");
      if (failure) throw new Error(failure);
      const path = "/api/v1/namespaces/default/configmaps/kube-root-ca.crt";
      return (await kube.request("GET", path)).status === 200;
    });
  });

  test(`the scheduler of ${version} and konnectivity go on running`, async () => {
    expect(await plane.programs.failed("kube-scheduler")).toBeUndefined();
    expect(await plane.programs.failed("konnectivity-server")).toBeUndefined();
  });

  test(`probes of ${version} do not depend on what an administrator of the cluster can delete`, async () => {
    const bindings = await kube.list(ClusterRoleBinding);
    for (const { metadata } of bindings) await kube.delete(ClusterRoleBinding, metadata?.name ?? "");
    const stranger = await createKube({ kubeconfig: withoutUser(plane.kubeconfig) });
    // That the bindings are gone reaches the authorizer a moment later.
    await until("strangers lose what the roles gave them", async () => {
      return (await stranger.request("GET", "/version")).status === 403;
    });
    for (const path of ["/readyz", "/livez?exclude=etcd", "/livez/ping"])
      expect([path, (await stranger.request("GET", path)).status]).toEqual([path, 200]);
    expect((await stranger.request("GET", "/api")).status).toBe(403);
    expect((await stranger.request("DELETE", "/livez")).status).toBe(403);
    stranger.close();
  });

  test(`Secrets can be written and read on ${version}`, async () => {
    await kube.apply<Secret>({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "a", namespace: "default" },
      stringData: { a: "b" },
    } as Secret);
    expect((await kube.get(Secret, "a", "default"))?.data).toEqual({ a: "Yg==" });
  });

  test(`what ${version} has written into etcd tells whether a key reads it`, async () => {
    await kube.apply<Secret>({ apiVersion: "v1", kind: "Secret", metadata: { name: "b", namespace: "default" } });
    const [key, range_end] = ["/kubernetes.io/secrets/", "/kubernetes.io/secrets0"].map((text) => btoa(text));
    const tls = plane.secrets.find(({ metadata }) => metadata?.name === "etcd-client-tls");
    const [ca = "", certificate = "", own = ""] = ["ca.crt", "tls.crt", "tls.key"].map((file) => textOf(tls, file));
    const etcd = new EtcdClient({ ca, certificate, key: own }, { addressOf: () => plane.etcdAddress });
    const { kvs } = await etcd.call<{ kvs: { value: string }[] }>("localhost", "kv/range", { key, range_end });
    etcd.close();
    const values = kvs.map(({ value }) => Buffer.from(value, "base64"));
    const secretOf = (fill: number) => Buffer.alloc(32, fill).toString("base64");
    const named = (name: string, fill: number) => ({ name, secret: secretOf(fill) });
    expect(snapshotKeys(values, { active: named("key-1", 1) })).toEqual({ aliases: [] });
    const other = { active: named("new", 2), backup: named("other", 1) };
    expect(snapshotKeys(values, other)).toEqual({ aliases: [named("key-1", 1)] });
    expect(snapshotKeys(values, { active: named("key-1", 2) })).toEqual({
      problem: expect.stringContaining("encrypted with another key"),
    });
    expect(snapshotKeys(values, undefined)).toEqual({ problem: expect.stringContaining("names no key") });
  });
});

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Gave up waiting: ${what}`);
    await pause(50);
  }
}

/** The same kubeconfig of somebody who says nothing of who they are. */
function withoutUser(kubeconfig: string): string {
  const config = JSON.parse(kubeconfig) as { users: { user: object }[] };
  for (const entry of config.users) entry.user = {};
  return JSON.stringify(config);
}

describe.for(Object.keys(variants))("the programs of a control plane that is %s", (name) => {
  let plane: RunningControlPlane;
  const facts = variants[name] as ControlPlane;

  beforeAll(async () => {
    plane = await runControlPlane({ facts, version: "1.34", secrets: usersSecrets(facts) });
  }, 180_000);
  afterAll(() => plane?.stop());

  test("take their rendered arguments and files, and do their work", async () => {
    await until("the controller manager works", async () => {
      for (const program of ["kube-controller-manager", "kube-scheduler", "konnectivity-server"]) {
        const failure = await plane.programs.failed(program);
        if (failure) throw new Error(failure);
      }
      const path = "/api/v1/namespaces/default/configmaps/kube-root-ca.crt";
      return (await plane.kube.request("GET", path)).status === 200;
    });
  });

  if (name !== "configured") return;
  test("show the user's own certificate under its name, and speak no TLS older than the profile", async () => {
    const { port } = new URL(plane.kube.server);
    const shown = (options: object) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect({ host: "127.0.0.1", port: Number(port), rejectUnauthorized: false, ...options }, () => {
          resolve(String(socket.getPeerCertificate().subject.CN));
          socket.destroy();
        });
        socket.on("error", reject);
      });
    expect(await shown({ servername: "kube.example.com" })).toBe("the user's own");
    expect(await shown({ servername: "kube-apiserver" })).not.toBe("the user's own");
    await expect(shown({ maxVersion: "TLSv1.2" })).rejects.toThrow(/protocol version/);
  });
});

/** What the variants' specs name and their users have to bring. */
function usersSecrets({ spec }: ControlPlane): Secret[] {
  const now = new Date();
  const own = createAuthority("users", now);
  const pair = issue({ commonName: "the user's own", usages: ["server"], dnsNames: ["kube.example.com"] }, own, now);
  const secret = (name: string | undefined, data: Record<string, string>): Secret[] =>
    name
      ? [
          {
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name },
            data: Object.fromEntries(
              Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
            ),
          },
        ]
      : [];
  const webhook = kubeconfigOf("https://127.0.0.1:9");
  const certificate = spec.configuration?.apiServer?.servingCerts?.namedCertificates?.[0]?.servingCertificate?.name;
  return [
    ...secret(spec.auditWebhook?.name, { "webhook-kubeconfig": webhook }),
    ...secret(certificate, { "tls.crt": pair.certificate, "tls.key": pair.key }),
  ];
}

const kubeconfigOf = (server: string) =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "audit", cluster: { server } }],
    contexts: [{ name: "audit", context: { cluster: "audit", user: "" } }],
    "current-context": "audit",
  });
