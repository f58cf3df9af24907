import { expect, test } from "vitest";
import { kubernetesEndpoints } from "./manifests.ts";

const named = (addresses: string[]) =>
  kubernetesEndpoints(addresses, 6443).map(({ kind, metadata }) => `${kind}/${metadata?.name}`);

test("each address family has a slice of its own, and the Endpoints have both", () => {
  expect(named(["192.0.2.1"])).toEqual(["EndpointSlice/kubernetes", "Endpoints/kubernetes"]);
  expect(named(["2001:db8::1"])).toEqual(["EndpointSlice/kubernetes-ipv6", "Endpoints/kubernetes"]);
  expect(named(["192.0.2.1", "2001:db8::1"])).toEqual([
    "EndpointSlice/kubernetes",
    "EndpointSlice/kubernetes-ipv6",
    "Endpoints/kubernetes",
  ]);
});

test("the port is that of the external address", () => {
  const [slice] = kubernetesEndpoints(["192.0.2.1"], 30443);
  expect(slice).toMatchObject({ ports: [{ name: "https", port: 30443 }] });
});
