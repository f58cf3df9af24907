import { expect, test } from "vitest";
import { dnsFiles, reachableNameservers } from "./dns.ts";

const facts = {
  baseDomain: "example.test",
  address: "10.90.0.2",
  subnet: "10.90.0.0/20",
  forwarders: ["192.0.2.1"],
  updateKey: "c2VjcmV0",
};
const text = (path: string, changes = {}) =>
  dnsFiles({ ...facts, ...changes }).find((file) => file.path.endsWith(path))?.text;

test("the zone names the registry and the DNS server", () => {
  expect(text("base-domain.zone")).toContain("registry IN A 10.90.0.2\n");
  expect(text("base-domain.zone")).toContain("$ORIGIN example.test.\n");
});

test("names outside the base domain go to the computer's DNS servers", () => {
  expect(text("named.conf")).toContain("forwarders { 192.0.2.1; };");
});

test("only the environment is answered", () => {
  for (const what of ["query", "recursion"]) {
    expect(text("named.conf")).toContain(`allow-${what} { 10.90.0.0/20; 127.0.0.0/8; };`);
  }
});

test("names outside the base domain are refused at once where there is no server to ask", () => {
  expect(text("named.conf", { forwarders: [] })).toContain("recursion no;");
});

test("only the configuration that holds the key is closed to others", () => {
  expect(dnsFiles(facts).map(({ mode }) => mode)).toEqual([0o640, undefined]);
});

test("DNS servers on the loopback interface cannot be asked from a machine", () => {
  expect(reachableNameservers("search x\nnameserver 127.0.0.53\nnameserver 192.0.2.7\n nameserver ::1\n")).toEqual([
    "192.0.2.7",
  ]);
});
