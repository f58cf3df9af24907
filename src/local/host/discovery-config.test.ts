import { expect, test } from "vitest";
import { discoveryConfig } from "./discovery-config.ts";

test("a host fetches its discovery configuration from a server that it trusts", () => {
  const url = "https://192.0.2.1:8443/infra-envs/a/b/discovery.ign?token=t";
  const { ignition } = JSON.parse(discoveryConfig({ url, ca: "PEM" }));
  expect(ignition.config.merge).toEqual([{ source: url }]);
  expect(ignition.security.tls.certificateAuthorities).toEqual([{ source: "data:;base64,UEVN" }]);
});
