import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseKubeconfig, readKubeconfig } from "./kubeconfig.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "roost-kubeconfig-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString("base64");
const config = (user: string, cluster = "") => `
apiVersion: v1
kind: Config
current-context: here
contexts:
  - name: here
    context: {cluster: one, user: me, namespace: mine}
  - name: there
    context: {cluster: nowhere, user: me}
clusters:
  - name: one
    cluster: {server: "https://example:6443/", certificate-authority-data: ${base64("CA")}${cluster}}
users:
  - name: me
    user: ${user}
`;

test("the current context decides", async () => {
  const found = await parseKubeconfig(config("{token: secret}"));
  expect(found).toMatchObject({ server: "https://example:6443", ca: "CA", namespace: "mine" });
  expect(await found.credentials()).toMatchObject({ authorization: "Bearer secret" });
});

test("JSON is read as well", async () => {
  const text = JSON.stringify({
    "current-context": "a",
    contexts: [{ name: "a", context: { cluster: "a" } }],
    clusters: [{ name: "a", cluster: { server: "https://a:1" } }],
  });
  expect((await parseKubeconfig(text)).server).toBe("https://a:1");
});

test("client certificates come from data or from files beside the kubeconfig", async () => {
  const data = await parseKubeconfig(
    config(`{client-certificate-data: ${base64("CERT")}, client-key-data: ${base64("KEY")}}`),
  );
  expect(await data.credentials()).toMatchObject({ certificate: "CERT", key: "KEY" });
  await writeFile(join(folder, "me.crt"), "CERT FILE");
  await writeFile(join(folder, "me.key"), "KEY FILE");
  await writeFile(join(folder, "config"), config("{client-certificate: me.crt, client-key: me.key}"));
  const files = await readKubeconfig(join(folder, "config"));
  expect(await files.credentials()).toMatchObject({ certificate: "CERT FILE", key: "KEY FILE" });
});

test("a token file is read again after it was refused", async () => {
  const path = join(folder, "token");
  await writeFile(path, "first\n");
  const found = await parseKubeconfig(config(`{tokenFile: ${path}}`));
  expect(await found.credentials()).toEqual({ authorization: "Bearer first" });
  await writeFile(path, "second\n");
  expect(await found.credentials()).toEqual({ authorization: "Bearer first" });
  found.refused?.();
  expect(await found.credentials()).toEqual({ authorization: "Bearer second" });
});

test("a name and password become basic authorization", async () => {
  const found = await parseKubeconfig(config("{username: jane, password: doe}"));
  expect(await found.credentials()).toMatchObject({ authorization: `Basic ${base64("jane:doe")}` });
});

test("the server's name, an untrusted certificate, a proxy and another user to act as are taken over", async () => {
  const found = await parseKubeconfig(
    config(
      "{token: t, as: jane, as-groups: [staff]}",
      ", tls-server-name: inside, insecure-skip-tls-verify: true, proxy-url: 'http://proxy:3128'",
    ),
  );
  expect(found).toMatchObject({
    serverName: "inside",
    insecure: true,
    proxy: "http://proxy:3128",
    actAs: { user: "jane", groups: ["staff"] },
  });
});

test("a program prints credentials, and is asked again when they end or are refused", async () => {
  const program = join(folder, "plugin.sh");
  const script = `echo run >> "$RUNS"
echo '{"status": {"token": "'"$WHO $(wc -l < "$RUNS" | tr -d ' ')"'"}}'`;
  await writeFile(program, script);
  const runs = join(folder, "runs");
  const user = `{exec: {command: /bin/sh, args: [${program}], env: [{name: RUNS, value: ${runs}}]}}`;
  const found = await parseKubeconfig(config(user), { environment: { WHO: "jane", PATH: "/usr/bin:/bin" } });
  expect(await found.credentials()).toMatchObject({ authorization: "Bearer jane 1" });
  expect(await found.credentials()).toMatchObject({ authorization: "Bearer jane 1" });
  found.refused?.();
  expect(await found.credentials()).toMatchObject({ authorization: "Bearer jane 2" });
});

test("what is missing is said in a sentence", async () => {
  const parsed = (text: string, context?: string) => parseKubeconfig(text, { context });
  await expect(readKubeconfig(join(folder, "none"))).rejects.toThrow(/Could not read the kubeconfig .*none/);
  await expect(parsed("{}")).rejects.toThrow("The kubeconfig has no current context: name one");
  await expect(parsed(config("{}"), "elsewhere")).rejects.toThrow(
    'The kubeconfig has no context "elsewhere", only here, there',
  );
  await expect(parsed(config("{}"), "there")).rejects.toThrow(
    'The kubeconfig has no cluster "nowhere", which its context "there" names',
  );
  await expect(parsed("a: b: c: TOPSECRET")).rejects.toThrow(/^The kubeconfig is no YAML$/);
  const absent = await parsed(config("{exec: {command: /nowhere/plugin, installHint: Get it.}}"));
  await expect(absent.credentials()).rejects.toThrow(
    "Could not get credentials from /nowhere/plugin: it is not installed (Get it.)",
  );
});
