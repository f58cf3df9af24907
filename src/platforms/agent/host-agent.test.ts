import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import type { Agent } from "../../api/agent.ts";
import type { IgnitionConfig } from "../../ignition/config.ts";
import { userData } from "../../ignition/user-data.ts";
import { discoveryIgnition } from "./discovery-ignition.ts";
import { installedIgnition } from "./installed-ignition.ts";

const point = { url: "https://192.0.2.1:8443", ca: "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n" };

function contentsOf(config: IgnitionConfig, path: string): string {
  const source = config.storage?.files?.find((file) => file.path === path)?.contents?.source ?? "";
  return Buffer.from(source.replace(/^data:;base64,/, ""), "base64").toString("utf8");
}

test("a discovered host knows where to register and with which token", () => {
  const infraEnv = {
    metadata: { name: "rack", namespace: "hosts" },
    spec: { sshAuthorizedKey: "ssh-ed25519 AAAA me" },
  };
  const config = discoveryIgnition(infraEnv, point, "secret-token");
  expect(contentsOf(config, "/etc/roost-agent/agent.env")).toContain("INFRA_ENV=rack\n");
  expect(contentsOf(config, "/etc/roost-agent/authorization")).toBe("Authorization: Bearer secret-token\n");
  expect(config.passwd?.users).toEqual([{ name: "core", sshAuthorizedKeys: ["ssh-ed25519 AAAA me"] }]);
});

test("an installed host knows its own name, and still fetches the rest from the ignition server", () => {
  const agent: Agent = {
    metadata: { name: "4c4c", namespace: "hosts" },
    spec: { approved: true, clusterDeploymentName: { name: "demo", namespace: "clusters-demo" } },
    status: { inventory: { hostname: "Host-1" } },
  };
  const data = userData({
    endpoint: "192.0.2.2:443",
    ca: "CA",
    token: "t",
    nodePool: "clusters/demo",
    configHash: "abc",
  });
  const config = installedIgnition({ agent, userData: data, point, credential: "mine", installation: "uid-1" });
  expect(config.ignition).toEqual(data.ignition);
  expect(contentsOf(config, "/etc/kubernetes/node.env")).toBe(
    "KUBELET_NODE_ARGS=--hostname-override=host-1 --provider-id=agent://4c4c\n",
  );
  expect(contentsOf(config, "/etc/roost-agent/agent.env")).toContain("INSTALLATION=uid-1\nOWNER=clusters-demo/demo\n");
});

test("the host's program is a script that bash accepts", () => {
  const config = discoveryIgnition({ metadata: { name: "a", namespace: "b" }, spec: {} }, point, "t");
  const script = contentsOf(config, "/usr/local/bin/roost-agent");
  expect(() => execFileSync("bash", ["-n"], { input: script, stdio: ["pipe", "ignore", "pipe"] })).not.toThrow();
});
