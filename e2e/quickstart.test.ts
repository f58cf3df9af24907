import { expect, inject, test } from "vitest";
import { demoKubeconfig, managementKubeconfig } from "./environment.ts";
import { eventually } from "./eventually.ts";
import { attempt, run } from "./shell.ts";

const kubectl = (kubeconfig: string, ...args: string[]) => run("kubectl", ["--kubeconfig", kubeconfig, ...args]);

test("the quick start ends well, with a table of what there is and what to try next", () => {
  const { status, stdout } = inject("quickstart");
  expect(status).toBe(0);
  expect(stdout).toMatch(/API +https:\/\/api-demo\.roost\.test:\d+/);
  expect(stdout).toMatch(/Version +1\.34\.4/);
  expect(stdout).toMatch(/Nodes +host-1, host-2/);
  expect(stdout).toContain("npm run quickstart -- --down");
});

test("the quick start, run again, finds everything in place", async () => {
  const { status, stderr } = await attempt("./hcp", ["quickstart"]);
  expect(stderr).not.toMatch(/compiling/);
  expect(status).toBe(0);
});

test("kubectl wait sees the hosted cluster available", async () => {
  const words = ["wait", "--for=condition=Available", "hostedcluster/demo", "-n", "clusters", "--timeout=60s"];
  expect(await kubectl(managementKubeconfig, ...words)).toContain("condition met");
});

test("the hosted cluster's kubeconfig works in the user's shell, and its nodes run the release's version", async () => {
  const nodes = JSON.parse(await kubectl(demoKubeconfig, "get", "nodes", "-o", "json")).items;
  expect(
    nodes.map((node: { status: { nodeInfo: { kubeletVersion: string } } }) => node.status.nodeInfo.kubeletVersion),
  ).toEqual(["v1.34.4", "v1.34.4"]);
});

test("the hosted cluster shows its version and its operators, all available", async () => {
  const get = async (...words: string[]) => JSON.parse(await kubectl(demoKubeconfig, "get", ...words, "-o", "json"));
  // A pod that a busy machine restarts makes its operator unavailable for a moment.
  await eventually("everything being available", 120, async () => {
    const version = await get("clusterversion", "version");
    expect(version.status.history[0]).toMatchObject({ state: "Completed", version: "1.34.4" });
    const operators = (await get("clusteroperators")).items;
    expect(operators.length).toBeGreaterThan(4);
    for (const { metadata, status } of operators) {
      const available = status.conditions.find(({ type }: { type: string }) => type === "Available");
      expect(`${metadata.name} ${available.status}`).toBe(`${metadata.name} True`);
    }
    return true;
  });
});

test("a pod on one worker reaches a pod on the other by its own address", async () => {
  const hello = JSON.parse(await kubectl(demoKubeconfig, "get", "pods", "-l", "app=hello", "-o", "json")).items;
  const addresses = hello.map(({ status }: { status: { podIP: string } }) => status.podIP);
  const answers = [];
  for (const address of addresses) {
    answers.push(await kubectl(demoKubeconfig, "exec", "visitor", "--", "wget", "-qO-", `http://${address}:8080`));
  }
  expect(answers.map((answer) => answer.trim()).sort()).toEqual(["hello from host-1", "hello from host-2"]);
});

test("kube-proxy knows the rules that it finds when it starts anew, or looks at all of them once an hour", async () => {
  const ofProxies = ["-n", "kube-system", "get", "pods", "-l", "app=kube-proxy", "-o", "name"];
  const [pod = ""] = (await kubectl(demoKubeconfig, ...ofProxies)).trim().split("\n");
  const list = ["nft", "-j", "list", "map", "ip", "kube-proxy", "service-ips"];
  const rules = await kubectl(demoKubeconfig, "-n", "kube-system", "exec", pod, "--", ...list);
  // Where nft has no names of protocols, kube-proxy takes its own rules for somebody else's and removes them.
  expect(rules).toContain('"concat": ["172.31.0.10", "udp", 53]');
});

test("a port that a Service does not have is refused, and nothing for it leaves the node", async () => {
  const words = ["--kubeconfig", demoKubeconfig, "exec", "visitor", "--", "nc", "-w", "5", "hello.default", "81"];
  await eventually("nc being refused", 60, async () => {
    const { stderr } = await attempt("kubectl", words);
    if (/remote host .*: Connection refused/.test(stderr)) return true;
    throw new Error(stderr);
  });
});
