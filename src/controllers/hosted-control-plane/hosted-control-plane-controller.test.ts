import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { Context } from "../../kube/controller.ts";
import type { Kind } from "../../kube/kind.ts";
import { noLog } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { RegistryError } from "../../release/registry-error.ts";
import { aSpec } from "../../testing/control-planes.ts";
import { hostedControlPlane } from "./hosted-control-plane-controller.ts";
import type { Options } from "./options.ts";

test("a control plane that nobody changes is looked at before its certificates end", () => {
  const { resyncMs } = hostedControlPlane({ namespace: "clusters-demo" } as Options);
  const annotations = { "hypershift.openshift.io/certificate-validity": "10m" };
  const validityMs = 10 * 60_000;
  const hcp: HostedControlPlane = { metadata: { name: "demo", annotations }, spec: aSpec() as never };
  expect(typeof resyncMs === "function" ? resyncMs(hcp) : resyncMs).toBeLessThan(validityMs / 4);
});

test("a pass that cannot read its release ends after all that it began to write", async () => {
  const begun: string[] = [];
  const written: string[] = [];
  const write = async (object: Resource) => {
    const name = `${object.kind}/${object.metadata?.name}`;
    begun.push(name);
    await setImmediate();
    written.push(name);
    return object;
  };
  const pullSecret = { metadata: { name: "pull-secret" }, data: { ".dockerconfigjson": "e30=" } };
  const list = async ({ kind }: Kind) => (kind === "Secret" ? [pullSecret] : []);
  const kube = { list, get: async () => undefined, create: write, apply: write };
  const releaseOf = async () => {
    throw new RegistryError("RegistryUnreachable", "The registry does not answer");
  };
  const { reconcile } = hostedControlPlane({
    namespace: "clusters-demo",
    releaseOf,
    etcd: { revisionToKeep: () => undefined },
  } as unknown as Options);
  const hcp = { metadata: { name: "demo", namespace: "clusters-demo" }, spec: aSpec(), status: {} };
  const now = () => new Date();
  const outcome = await reconcile(hcp as never, { kube, log: noLog, now } as unknown as Context);
  expect(outcome).toMatchObject({ reason: "RegistryUnreachable" });
  expect(begun).toContain("Secret/etcd-client-tls");
  expect(written.sort()).toEqual(begun.sort());
});
