import { describe, expect, test } from "vitest";
import type { Machine } from "../../api/cluster-api.ts";
import type { Node } from "../../kube/kinds.ts";
import type { CertificateRequest } from "../../pki/certificate-request.ts";
import { type Asked, decide, type Inventory, kubeletSigners, machineApproved } from "./decide.ts";

const machineMade = "2026-11-21T09:00:00Z";
const asked = new Date("2026-11-21T09:05:00Z");

function request(changes: Partial<CertificateRequest> = {}): CertificateRequest {
  return {
    commonName: "system:node:worker-1",
    organizations: ["system:nodes"],
    dnsNames: [],
    ipAddresses: [],
    emailAddresses: [],
    uris: [],
    publicKey: "",
    publicKeyHash: "key-1",
    ...changes,
  };
}

function joining(changes: Partial<Asked> = {}, inRequest: Partial<CertificateRequest> = {}): Asked {
  return {
    name: "csr-1",
    signer: kubeletSigners.client,
    requester: "system:bootstrapper",
    groups: ["system:bootstrappers", "system:authenticated"],
    usages: ["digital signature", "client auth"],
    created: asked,
    request: request(inRequest),
    ...changes,
  };
}

const renewing = (changes: Partial<Asked> = {}, inRequest: Partial<CertificateRequest> = {}) =>
  joining(
    { requester: "system:node:worker-1", groups: ["system:nodes", "system:authenticated"], ...changes },
    inRequest,
  );

const serving = (changes: Partial<Asked> = {}, inRequest: Partial<CertificateRequest> = {}) =>
  renewing(
    { signer: kubeletSigners.serving, usages: ["digital signature", "server auth"], ...changes },
    { dnsNames: ["worker-1"], ipAddresses: ["10.0.0.7"], ...inRequest },
  );

function machine(changes: Partial<Machine["status"]> = {}, metadata: Machine["metadata"] = {}): Machine {
  return {
    metadata: { name: "demo-abc", creationTimestamp: machineMade, ...metadata },
    spec: { clusterName: "demo", bootstrap: {}, infrastructureRef: { apiGroup: "", kind: "AgentMachine", name: "x" } },
    status: {
      addresses: [
        { type: "Hostname", address: "worker-1" },
        { type: "InternalIP", address: "10.0.0.7" },
      ],
      ...changes,
    },
  };
}

function node(name: string, ...ips: string[]): Node {
  return { metadata: { name }, status: { addresses: ips.map((address) => ({ type: "InternalIP", address })) } };
}

function inventory(changes: Partial<Inventory> = {}): Inventory {
  return { machines: [machine()], nodes: [], approved: [], reserved: ["10.0.0.1"], ...changes };
}

const joined = (changes: Partial<Inventory> = {}) =>
  inventory({
    machines: [machine({ nodeRef: { name: "worker-1" } })],
    nodes: [node("worker-1", "10.0.0.7"), node("worker-2", "10.0.0.8")],
    ...changes,
  });

describe("a machine that joins", () => {
  test("is let in under the name of its Machine", () => {
    expect(decide(joining(), inventory())).toEqual({
      verdict: "approve",
      reason: "Machine demo-abc becomes node worker-1",
    });
  });

  test("may use an RSA key, whose usages include key encipherment", () => {
    const usages = ["key encipherment", "digital signature", "client auth"];
    expect(decide(joining({ usages }), inventory()).verdict).toBe("approve");
  });

  test.each([
    ["no Machine has that name", inventory({ machines: [] }), "no Machine is expected to become node worker-1"],
    [
      "its Machine is being deleted",
      inventory({ machines: [machine({}, { deletionTimestamp: machineMade })] }),
      "the Machine of node worker-1 is being deleted",
    ],
    ["its Machine is a node already", joined(), "Machine demo-abc is node worker-1 already"],
    [
      "its Machine is another node",
      inventory({ machines: [machine({ nodeRef: { name: "worker-9" } })] }),
      "no Machine is expected",
    ],
    ["another node has that name", inventory({ nodes: [node("worker-1")] }), "node worker-1 exists"],
    ["the platform has no Machines", inventory({ machines: undefined }), "kubectl certificate approve csr-1"],
  ])("stays pending where %s", (_, given, reason) => {
    const decision = decide(joining(), given);
    expect(decision.verdict).toBe("leave");
    expect(decision.reason).toContain(reason);
  });

  test("stays pending where the request is older than the Machine", () => {
    const early = joining({ created: new Date("2026-11-21T08:58:00Z") });
    expect(decide(early, inventory())).toMatchObject({
      verdict: "leave",
      reason: expect.stringContaining("before Machine"),
    });
  });

  test("stays pending where another key got a certificate for the same Machine", () => {
    const approved = [{ name: "csr-0", commonName: "system:node:worker-1", publicKeyHash: "key-0", created: asked }];
    expect(decide(joining(), inventory({ approved }))).toMatchObject({
      verdict: "leave",
      reason: expect.stringContaining("csr-0 got a certificate for node worker-1 with another key"),
    });
  });

  test("is let in again with the same key, and where the other certificate was for an earlier Machine", () => {
    const same = { name: "csr-0", commonName: "system:node:worker-1", publicKeyHash: "key-1", created: asked };
    const earlier = { ...same, publicKeyHash: "key-0", created: new Date("2026-11-21T08:00:00Z") };
    expect(decide(joining(), inventory({ approved: [same, earlier] })).verdict).toBe("approve");
  });

  test("is let in where the other certificate was for another Machine, however shortly before", () => {
    const created = new Date("2026-11-21T08:59:30Z");
    const of = (machine: string) => [
      { name: "csr-0", commonName: "system:node:worker-1", publicKeyHash: "key-0", created, machine },
    ];
    expect(decide(joining(), inventory({ approved: of("demo-old") })).verdict).toBe("approve");
    expect(decide(joining(), inventory({ approved: of("demo-abc") })).verdict).toBe("leave");
  });

  test("is approved with words that tell for which Machine", () => {
    expect(machineApproved(decide(joining(), inventory()).reason)).toBe("demo-abc");
    expect(machineApproved(decide(renewing(), joined()).reason)).toBe("demo-abc");
    expect(machineApproved("This CSR was approved by kubectl certificate approve.")).toBeUndefined();
  });

  test("is let in on a new Machine while the old one of the same host goes away", () => {
    const old = machine({}, { name: "demo-old", deletionTimestamp: machineMade });
    expect(decide(joining(), inventory({ machines: [old, machine()] })).verdict).toBe("approve");
  });

  test.each(["system:serviceaccount:default:default", "system:admin", "system:node:worker-1"])(
    "stays pending where the requester is %s and no bootstrap credential",
    (requester) => {
      expect(decide(joining({ requester, groups: ["system:authenticated"] }), inventory()).verdict).toBe("leave");
    },
  );
});

describe("a forged request is denied where", () => {
  test.each<[string, Asked, string]>([
    ["the organization is another", joining({}, { organizations: ["system:masters"] }), "[system:masters]"],
    ["there is a second organization", joining({}, { organizations: ["system:nodes", "system:masters"] }), "alone"],
    ["there is no organization", joining({}, { organizations: [] }), "organization"],
    ["the common name is a user", joining({}, { commonName: "system:admin" }), "not that of a node"],
    ["the common name is empty after the prefix", joining({}, { commonName: "system:node:" }), "not that of a node"],
    ["a client certificate has a DNS name", joining({}, { dnsNames: ["api"] }), "no alternative names"],
    ["a client certificate has an address", joining({}, { ipAddresses: ["10.0.0.1"] }), "no alternative names"],
    [
      "a client certificate is to serve",
      joining({ usages: ["digital signature", "client auth", "server auth"] }),
      "usages",
    ],
    ["a client certificate has no client usage", joining({ usages: ["digital signature"] }), "usages"],
    [
      "a client certificate is to sign",
      joining({ usages: ["digital signature", "client auth", "cert sign"] }),
      "usages",
    ],
    ["a serving certificate is for clients", serving({ usages: ["digital signature", "client auth"] }), "usages"],
    ["a serving certificate has no names", serving({}, { dnsNames: [], ipAddresses: [] }), "at least one"],
    ["a serving certificate has a mail address", serving({}, { emailAddresses: ["a@b"] }), "mail or URI"],
    ["a serving certificate has a URI", serving({}, { uris: ["spiffe://x"] }), "mail or URI"],
    [
      "a node asks for another node's client name",
      renewing({ requester: "system:node:worker-2" }),
      "system:node:worker-2 asks",
    ],
    [
      "a node asks for another node's serving name",
      serving({ requester: "system:node:worker-2" }),
      "system:node:worker-2 asks",
    ],
  ])("%s", (_, forged, reason) => {
    const decision = decide(forged, joined());
    expect(decision.verdict).toBe("deny");
    expect(decision.reason).toContain(reason);
  });
});

describe("a node that renews its client certificate", () => {
  test("gets it while it has a Machine", () => {
    expect(decide(renewing(), joined()).verdict).toBe("approve");
  });

  test("gets it while its Machine is drained", () => {
    const drained = machine({ nodeRef: { name: "worker-1" } }, { deletionTimestamp: machineMade });
    expect(decide(renewing(), joined({ machines: [drained] })).verdict).toBe("approve");
  });

  test("gets it on a platform without Machines", () => {
    expect(decide(renewing(), joined({ machines: undefined })).verdict).toBe("approve");
  });

  test.each([
    ["its Machine was deleted", joined({ machines: [] }), "has no Machine"],
    ["its Node was deleted", joined({ nodes: [] }), "does not exist"],
    ["it was deleted on a platform without Machines", joined({ machines: undefined, nodes: [] }), "does not exist"],
  ])("stays pending where %s", (_, given, reason) => {
    expect(decide(renewing(), given)).toMatchObject({ verdict: "leave", reason: expect.stringContaining(reason) });
  });

  test("stays pending where the requester only has the name and not the group", () => {
    expect(decide(renewing({ groups: ["system:authenticated"] }), joined()).verdict).toBe("leave");
  });
});

describe("a node that serves", () => {
  test("gets a certificate for the addresses of its Machine", () => {
    expect(decide(serving(), joined()).verdict).toBe("approve");
  });

  test("gets a certificate for IPv6 addresses however the Machine spells them", () => {
    const addresses = [{ type: "InternalIP" as const, address: "FD00:0::7" }];
    const machines = [machine({ nodeRef: { name: "worker-1" }, addresses })];
    expect(decide(serving({}, { ipAddresses: ["fd00::7"] }), joined({ machines })).verdict).toBe("approve");
  });

  test("gets a certificate for its own addresses on a platform without Machines", () => {
    expect(decide(serving(), joined({ machines: undefined })).verdict).toBe("approve");
  });

  test.each<[string, Asked, Inventory, string]>([
    ["a DNS name is foreign", serving({}, { dnsNames: ["worker-1", "api.demo"] }), joined(), "api.demo is not known"],
    [
      "an address is foreign",
      serving({}, { ipAddresses: ["10.0.0.7", "10.0.0.9"] }),
      joined(),
      "10.0.0.9 is not known",
    ],
    ["its Machine was deleted", serving(), joined({ machines: [] }), "has no Machine"],
    ["its Node does not exist", serving(), joined({ nodes: [] }), "does not exist"],
    [
      "the requester is a user",
      serving({ requester: "system:admin", groups: ["system:masters"] }),
      joined(),
      "is not the node",
    ],
    ["the requester is a bootstrapper", serving({ requester: "system:bootstrapper" }), joined(), "is not the node"],
    ["the requester is not in the group of nodes", serving({ groups: [] }), joined(), "is not the node"],
    [
      "a node without a Machine claims another node's address",
      serving({}, { ipAddresses: ["10.0.0.8"] }),
      joined({ machines: undefined, nodes: [node("worker-1", "10.0.0.8"), node("worker-2", "10.0.0.8")] }),
      "belongs to another node",
    ],
    [
      "a node without a Machine claims the API server's address",
      serving({}, { ipAddresses: ["10.0.0.1"] }),
      joined({ machines: undefined, nodes: [node("worker-1", "10.0.0.1")] }),
      "or to the cluster itself",
    ],
    [
      "a node claims another node's name",
      serving({}, { dnsNames: ["worker-2"], ipAddresses: [] }),
      joined({
        machines: [machine({ nodeRef: { name: "worker-1" }, addresses: [{ type: "Hostname", address: "worker-2" }] })],
      }),
      "belongs to another node",
    ],
  ])("stays pending where %s", (_, request, given, reason) => {
    const decision = decide(request, given);
    expect(decision.verdict).toBe("leave");
    expect(decision.reason).toContain(reason);
  });
});
