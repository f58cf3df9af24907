import { expect, test } from "vitest";
import { aRelease, aSpec } from "../../testing/control-planes.ts";
import { config } from "./config.ts";

function modes(...cidrs: string[]) {
  const { data } = config({
    name: "demo",
    namespace: "clusters-demo",
    release: aRelease,
    nodesReady: 2,
    nodesNotReady: 0,
    endpoints: { api: { host: "api-demo.example.com", port: 6443 } },
    spec: aSpec({ networking: { ...aSpec().networking, clusterNetwork: cidrs.map((cidr) => ({ cidr })) } }),
  });
  return [data?.["config.json"], data?.["config-iptables.json"]].map((text) => JSON.parse(text ?? "{}"));
}

test("NodePorts answer on every address of a node in both modes, not on that of its name alone", () => {
  for (const [cidrs, nodePortAddresses] of [
    [["10.132.0.0/14"], ["0.0.0.0/0"]],
    [["fd01::/48"], ["::/0"]],
    [
      ["fd01::/48", "10.132.0.0/14"],
      ["::/0", "0.0.0.0/0"],
    ],
  ] as const)
    expect(modes(...cidrs)).toMatchObject([
      { mode: "nftables", nodePortAddresses },
      { mode: "iptables", nodePortAddresses },
    ]);
});
