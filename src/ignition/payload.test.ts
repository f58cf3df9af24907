import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { type IgnitionConfig, ignitionConfig, ignitionFile } from "./config.ts";
import { coreConfig } from "./core-config.ts";
import { machineConfig } from "./machine-config.ts";
import { type ClusterConfig, payload } from "./payload.ts";
import { userData } from "./user-data.ts";

const certificate = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;

const cluster: ClusterConfig = {
  core: [coreConfig({ clusterDNS: ["172.31.0.10"], clusterDomain: "cluster.local" })],
  bootstrapKubeconfig: "bootstrap",
  kubeletClientCa: certificate("client"),
  pullSecret: '{"auths":{}}',
  sshKey: "ssh-ed25519 AAAA me",
  additionalTrustBundle: certificate("one") + certificate("two"),
};
const pool = { images: { kubelet: "registry.example/kubelet@sha256:1", pause: "registry.example/pause@sha256:2" } };

function textOf(config: IgnitionConfig, path: string): string | undefined {
  const source = config.storage?.files?.find((file) => file.path === path)?.contents?.source;
  return source && Buffer.from(source.replace(/^data:;base64,/, ""), "base64").toString("utf8");
}

test("a node gets what lets it in, and what it runs", () => {
  const config = payload(cluster, { pool, userConfigs: [] });
  expect(textOf(config, "/etc/kubernetes/bootstrap-kubeconfig")).toBe("bootstrap");
  expect(textOf(config, "/var/lib/kubelet/config.json")).toBe('{"auths":{}}');
  expect(textOf(config, "/etc/kubernetes/release.env")).toBe("KUBELET_IMAGE=registry.example/kubelet@sha256:1\n");
  expect(textOf(config, "/etc/containerd/config.toml")).toContain('sandbox_image = "registry.example/pause@sha256:2"');
  expect(JSON.parse(textOf(config, "/etc/kubernetes/kubelet.conf") ?? "")).toMatchObject({
    clusterDNS: ["172.31.0.10"],
    serverTLSBootstrap: true,
    rotateCertificates: true,
  });
  expect(config.systemd?.units?.filter(({ enabled }) => enabled).map(({ name }) => name)).toEqual([
    "kubelet.service",
    "roost-trust-bundle.service",
    "containerd.service",
  ]);
});

test("a node gets the control plane's part as its pool took it up, not as it is now", () => {
  const core = { worker: JSON.stringify(coreConfig({ clusterDNS: ["172.31.0.53"], clusterDomain: "cluster.local" })) };
  const config = payload(cluster, { pool, core, userConfigs: [] });
  expect(JSON.parse(textOf(config, "/etc/kubernetes/kubelet.conf") ?? "").clusterDNS).toEqual(["172.31.0.53"]);
});

test("secrets are for root only", () => {
  const config = payload(cluster, { pool, userConfigs: [] });
  const secret = ["/etc/kubernetes/bootstrap-kubeconfig", "/var/lib/kubelet/config.json"];
  expect(config.storage?.files?.filter(({ path }) => secret.includes(path)).map(({ mode }) => mode)).toEqual([
    0o600, 0o600,
  ]);
});

test("each authority of the trust bundle is a file of its own", () => {
  const config = payload(cluster, { pool, userConfigs: [] });
  expect(textOf(config, "/etc/roost/trust/additional-trust-bundle-0.crt")).toBe(certificate("one"));
  expect(textOf(config, "/etc/roost/trust/additional-trust-bundle-1.crt")).toBe(certificate("two"));
});

test("a node has its labels and taints from its first moment, but for labels that a kubelet may not set", () => {
  const config = payload(cluster, {
    pool: {
      ...pool,
      labels: { "example.com/role": "db", "node-role.kubernetes.io/infra": "", zone: "a" },
      taints: [
        { key: "dedicated", value: "db", effect: "NoSchedule" },
        { key: "odd", effect: "NoExecute" },
      ],
    },
    userConfigs: [],
  });
  expect(textOf(config, "/etc/kubernetes/pool.env")).toBe(
    "KUBELET_POOL_ARGS=--node-labels=example.com/role=db,zone=a --register-with-taints=dedicated=db:NoSchedule,odd=:NoExecute\n",
  );
});

test("what the user asks for lies over everything else, in the order of names", () => {
  const file = (text: string) => ignitionConfig({ files: [ignitionFile("/etc/containerd/config.toml", text)] });
  const userConfigs = [machineConfig("99-late", file("late")), machineConfig("50-early", file("early"))];
  expect(textOf(payload(cluster, { pool, userConfigs }), "/etc/containerd/config.toml")).toBe("late");
});

const validator = "ignition-validate";
const isInstalled = spawnSync(validator, ["--version"]).status === 0;

test.skipIf(!isInstalled)("the real ignition accepts what nodes are given", () => {
  const data = userData({
    endpoint: "192.0.2.1:443",
    ca: certificate("ca"),
    token: "t",
    nodePool: "a/b",
    configHash: "c",
  });
  for (const config of [payload(cluster, { pool, userConfigs: [] }), data]) {
    const { stdout, stderr, status } = spawnSync(validator, ["-"], { input: JSON.stringify(config), encoding: "utf8" });
    expect([status, stdout + stderr]).toEqual([0, ""]);
  }
});

test("the scripts are ones that bash accepts", () => {
  const config = payload(cluster, { pool, userConfigs: [] });
  for (const path of ["/usr/local/bin/roost-node-setup", "/usr/local/bin/roost-trust-bundle"]) {
    const { status, stderr } = spawnSync("bash", ["-n"], { input: textOf(config, path), encoding: "utf8" });
    expect([path, status, stderr]).toEqual([path, 0, ""]);
  }
});
