import { expect, test } from "vitest";
import { requestProblem } from "./request-problem.ts";

const usages = ["client auth", "digital signature"];
const request = {
  commonName: "system:customer-break-glass:anna",
  dnsNames: [] as string[],
  ipAddresses: [] as string[],
  emailAddresses: [] as string[],
  uris: [] as string[],
};

test("a client certificate for a name of the class can be signed", () => {
  expect(requestProblem("customer-break-glass", usages, request)).toBeUndefined();
});

test.each<[string, readonly string[], Partial<typeof request>, string]>([
  [
    "a user that is not of the class",
    usages,
    { commonName: "system:admin" },
    "begins with system:customer-break-glass:",
  ],
  ["a user of the other class", usages, { commonName: "system:sre-break-glass:anna" }, "system:customer-break-glass:"],
  ["no client certificate", ["digital signature"], {}, "client auth"],
  ["a server's certificate", [...usages, "server auth"], {}, "server auth"],
  ["a host name", usages, { dnsNames: ["api.example.com"] }, "api.example.com"],
  ["an address", usages, { ipAddresses: ["192.0.2.1"] }, "192.0.2.1"],
  ["a mail address", usages, { emailAddresses: ["a@example.com"] }, "a@example.com"],
  ["an identity as URI", usages, { uris: ["spiffe://a"] }, "spiffe://a"],
])("a request for %s is refused, with what to ask for instead", (_, asked, changes, message) => {
  expect(requestProblem("customer-break-glass", asked, { ...request, ...changes })).toContain(message);
});
