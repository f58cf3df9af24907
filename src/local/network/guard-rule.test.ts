import { expect, test } from "vitest";
import { guardRule, guardRulesIn } from "./guard-rule.ts";

const listing = `-P FORWARD ACCEPT
-A FORWARD ! -i podman1 -o podman1 -m conntrack --ctstate NEW -m comment --comment roost.local=roost -j DROP
-A FORWARD ! -i podman2 -o podman2 -m conntrack --ctstate NEW -m comment --comment "roost.local=net" -j DROP
-A FORWARD -m comment --comment "netavark firewall plugin rules" -j NETAVARK_FORWARD
`;

test("an environment finds the rule it made, and not that of another", () => {
  expect(guardRulesIn(listing, "roost.local=net")).toEqual([["FORWARD", ...guardRule("podman2", "roost.local=net")]]);
  expect(guardRulesIn(listing, "roost.local=other")).toEqual([]);
});

test("only what begins from outside is kept out", () => {
  expect(guardRule("podman1", "l").join(" ")).toContain("! -i podman1 -o podman1 -m conntrack --ctstate NEW");
});
