import { expect, test } from "vitest";
import { addressInNetwork } from "./address-in-network.ts";

test.each([
  ["172.31.0.0/16", 1, "172.31.0.1"],
  // As kube-apiserver counts: from the first address of the network, whichever one it is written with.
  ["10.0.0.250/24", 10, "10.0.0.10"],
  ["10.0.0.0/16", 300, "10.0.1.44"],
  ["fd02::/112", 10, "fd02::a"],
  ["fd02:0:0:1::/64", 1, "fd02:0:0:1::1"],
])("address %s + %i is %s", (cidr, n, address) => expect(addressInNetwork(cidr, n)).toBe(address));
