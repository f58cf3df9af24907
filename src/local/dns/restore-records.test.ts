import { expect, test } from "vitest";
import type { Service } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { DnsRecord } from "./dns-record.ts";
import { restoreRecords } from "./restore-records.ts";

const service = (name: string, ip: string): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, annotations: { "external-dns.alpha.kubernetes.io/hostname": `${name}.example.test` } },
  spec: { type: "LoadBalancer" },
  status: { loadBalancer: { ingress: [{ ip }] } },
});
const a = service("a", "192.0.2.1");
const b = service("b", "192.0.2.2");

/** What the DNS server has, which had nothing, when the Services are these at one list after the other. */
async function restored(...lists: Service[][]): Promise<DnsRecord[]> {
  const zone = new Set<DnsRecord>();
  const kube = { list: async () => lists.shift() ?? [] } as unknown as Pick<Kube, "list">;
  await restoreRecords({
    kube,
    domain: "example.test",
    update: async ({ add, remove }) => {
      for (const record of add) zone.add(record);
      for (const record of remove) zone.delete(record);
    },
  });
  return [...zone];
}

test("all records that Services ask for are sent to a DNS server that lost them", async () => {
  expect(await restored([a, b], [a, b])).toEqual(["a.example.test 192.0.2.1", "b.example.test 192.0.2.2"]);
});

test("the record of a Service that goes meanwhile does not stay", async () => {
  expect(await restored([a, b], [b])).toEqual(["b.example.test 192.0.2.2"]);
});
