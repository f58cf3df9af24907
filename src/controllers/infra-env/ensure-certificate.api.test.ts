import { beforeAll, expect, test } from "vitest";
import type { InfraEnv } from "../../api/infra-env.ts";
import { operatorPermissions } from "../../api/permissions.ts";
import { ConfigMap, Secret, Service } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { registrationAuthority, registrationName } from "../../platforms/agent/registration-names.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { type SharedApiServer, sharedApiServer } from "../../testing/shared-api-server.ts";
import { infraEnvController } from "./controller.ts";
import { ensureCertificate } from "./ensure-certificate.ts";
import type { Pass } from "./pass.ts";

let api: SharedApiServer;
let operator: Kube;
const infraEnv: InfraEnv = { metadata: { name: "rack", namespace: "hosts" }, spec: {} };

beforeAll(async () => {
  api = await sharedApiServer("registration");
  const { kube, kubeconfig, namespace } = api;
  operator = await kubeWithRights({ kube, kubeconfig, name: "operator", rules: operatorPermissions });
  await kube.create<Service>({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: registrationName, namespace },
    spec: { type: "LoadBalancer", ports: [{ port: 8443 }] },
  });
  const status = { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } };
  await kube.patch(Service, registrationName, namespace, { status }, { subresource: "status" });
});

const ensure = (now: string) =>
  ensureCertificate({
    infraEnv,
    operatorNamespace: api.namespace,
    kube: operator,
    now: () => new Date(now),
  } as unknown as Pass);
const served = async () => (await api.kube.get(Secret, registrationName, api.namespace))?.data?.["tls.crt"];

test("the certificate is made once, and renewed before it ends without any event", async () => {
  expect(await ensure("2030-01-01T00:00:00Z")).toBeUndefined();
  const first = await served();
  expect(await ensure("2030-01-02T00:00:00Z")).toBeUndefined();
  expect(await served()).toBe(first);
  await ensure("2031-12-01T00:00:00Z");
  expect(await served()).not.toBe(first);
  expect(infraEnvController({ operatorNamespace: api.namespace }).resyncMs).toBeLessThanOrEqual(12 * 3_600_000);
});

test("an authority that is gone is not made anew, because hosts that are installed trust no other", async () => {
  const before = (await api.kube.get(ConfigMap, registrationAuthority, api.namespace))?.data;
  await api.kube.delete(Secret, registrationAuthority, api.namespace);
  expect(await ensure("2031-12-02T00:00:00Z")).toMatchObject({ reason: "AuthorityIsMissing" });
  expect(await api.kube.get(Secret, registrationAuthority, api.namespace)).toBeUndefined();
  expect((await api.kube.get(ConfigMap, registrationAuthority, api.namespace))?.data).toEqual(before);
  await api.kube.delete(ConfigMap, registrationAuthority, api.namespace);
  expect(await ensure("2031-12-02T00:00:00Z")).toBeUndefined();
});
