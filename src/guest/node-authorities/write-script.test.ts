import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeScript } from "./write-script.ts";

// The script itself, on folders that stand for a node's.

let folder: string;
const kubeconfig = (authority: string) => `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${Buffer.from(authority).toString("base64")}
    server: https://api.example.com:6443
  name: default-cluster
kind: Config
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roost-node-authorities-"));
  for (const name of ["authorities", "kubernetes", "kubelet", "proc/1", "proc/77", "proc/self"])
    mkdirSync(join(folder, name), { recursive: true });
  write("proc/1/comm", "systemd\n");
  write("proc/77/comm", "kubelet\n");
  write("authorities/api-server.crt", `${"new".repeat(400)}\n`);
  write("authorities/kubelet-clients.crt", "new clients\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string, mode = 0o600) => writeFileSync(join(folder, name), text, { mode });
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const wanted = () => kubeconfig(read("authorities/api-server.crt"));

/** Gives what was done to the kubelet and to those who call it; it answers when it was asked for the third time. */
function run({ nft = 'cat > /dev/null; echo "nft $*"' } = {}): string {
  const script = writeScript.replaceAll(/(?<=[\s"=#])\/(?=(authorities|kubernetes|kubelet|proc)\/)/g, `${folder}/`);
  const stubs = `
    nft() { ${nft}; }
    kill() { echo "kill $*"; rm -r ${folder}/proc/77; }
    sleep() { :; }
    wget() { asked=$((\${asked:-0} + 1)); echo asked; [ $asked -ge 3 ]; }
  `;
  const { status, stdout, stderr } = spawnSync("sh", ["-ec", stubs + script], { encoding: "utf8", timeout: 10_000 });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
}

const restarted = "kill -TERM 77\nasked\nasked\nasked\n";

test("a kubelet gets new authorities, and is started anew with those that it reads once, while its callers are held up", () => {
  write("kubelet/kubeconfig", kubeconfig("old"));
  write("kubernetes/kubelet-ca.crt", "old clients\n", 0o644);
  expect(run()).toBe(`nft -f -\n${restarted}nft delete table inet roost-kubelet\n`);
  expect(read("kubelet/kubeconfig")).toBe(wanted());
  expect(statSync(join(folder, "kubelet/kubeconfig")).mode & 0o777).toBe(0o600);
  expect(read("kubernetes/kubelet-ca.crt")).toBe("new clients\n");
  expect([readdirSync(join(folder, "kubelet")), readdirSync(join(folder, "kubernetes"))]).toEqual([
    ["kubeconfig"],
    ["kubelet-ca.crt"],
  ]);
});

test("where callers cannot be held up, or are free already, the kubelet is started anew without that", () => {
  write("kubelet/kubeconfig", kubeconfig("old"));
  expect(run({ nft: "return 127" })).toBe(restarted);
});

test("a kubelet that has them goes on, also where only its callers' authority changed", () => {
  write("kubelet/kubeconfig", wanted());
  write("kubernetes/kubelet-ca.crt", "old clients\n");
  expect(run()).toBe("");
  expect(read("kubernetes/kubelet-ca.crt")).toBe("new clients\n");
  expect(run()).toBe("");
});

test("a kubeconfig that names a file in place of holding an authority is somebody else's to keep", () => {
  const text = "clusters:\n- cluster:\n    certificate-authority: /etc/own.crt\n";
  write("kubelet/kubeconfig", text);
  expect(run()).toBe("");
  expect(read("kubelet/kubeconfig")).toBe(text);
});

test("a kubelet that keeps its kubeconfig elsewhere gets its callers' authority, and the rest is somebody else's to keep", () => {
  expect(run()).toBe("");
  expect(read("kubernetes/kubelet-ca.crt")).toBe("new clients\n");
  expect(readdirSync(join(folder, "kubelet"))).toEqual([]);
});
