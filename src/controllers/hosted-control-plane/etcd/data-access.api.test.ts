import { afterEach, expect, test } from "vitest";
import { controlPlaneOperatorPermissions } from "../../../api/permissions.ts";
import { render } from "../../../control-plane/component.ts";
import { etcd } from "../../../control-plane/etcd/component.ts";
import { Deployment, Namespace, type Pod, type StatefulSet } from "../../../kube/kinds.ts";
import { noLog } from "../../../kube/log.ts";
import { runControllers } from "../../../kube/run-controllers.ts";
import { waitFor } from "../../../kube/wait-for.ts";
import { aControlPlane } from "../../../testing/control-planes.ts";
import { kubeWithRights } from "../../../testing/kube-with-rights.ts";
import { sharedApiServer } from "../../../testing/shared-api-server.ts";
import { dataAccessController } from "./data-access-controller.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** As the manual writes it (8.2). */
const manuals = (claimName: string) => ({
  containers: [
    {
      name: "access",
      image: "registry.example.com/etcd",
      volumeMounts: [{ name: "data", mountPath: "/var/lib" }],
      command: ["/usr/bin/bash"],
      args: ["-c", "while true; do sleep 1000\ndone"],
    },
  ],
  volumes: [{ name: "data", persistentVolumeClaim: { claimName } }],
});

test("a Deployment that is made to get at a volume of etcd becomes one whose pods are admitted, as the user that etcd is", async () => {
  const { kube, kubeconfig, namespace } = await sharedApiServer("access");
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await kube.patch(Namespace, namespace, undefined, { metadata: { labels } });
  const plane = aControlPlane({ namespace });
  const rendered = render(etcd, plane).find(({ kind }) => kind === "StatefulSet") as StatefulSet;
  await kube.create(rendered);
  const make = (name: string, claim: string) =>
    kube.create<Deployment>({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: manuals(claim) },
      },
    });
  await make("other", "data-other");
  await make("etcd-data", "data-etcd-0");
  const podOf = async (name: string) => {
    const { spec } = (await kube.get(Deployment, name, namespace)) ?? {};
    return { apiVersion: "v1", kind: "Pod", metadata: { name: "pod", namespace }, spec: spec?.template.spec } as Pod;
  };
  await expect(kube.create<Pod>(await podOf("etcd-data"), { dryRun: true })).rejects.toThrow("violates PodSecurity");

  const own = await kubeWithRights({
    kube,
    kubeconfig,
    name: "control-plane-operator",
    rules: controlPlaneOperatorPermissions,
    namespace,
  });
  const stop = new AbortController();
  const ended = runControllers([dataAccessController({ namespace })], { kube: own, log: noLog, signal: stop.signal });
  endings.push(async () => {
    stop.abort();
    await ended;
    own.close();
  });
  const runsAs = (deployment: Deployment) => deployment.spec?.template.spec?.securityContext?.runAsUser !== undefined;
  const { metadata, spec } = await waitFor(kube, Deployment, "etcd-data", runsAs, { namespace });
  const { securityContext, containers } = spec?.template.spec ?? {};
  expect(securityContext).toEqual(rendered.spec?.template.spec?.securityContext);
  expect(containers?.[0]).toMatchObject(manuals("").containers[0] as object);
  expect(metadata?.ownerReferences).toBeUndefined();
  await kube.create<Pod>(await podOf("etcd-data"), { dryRun: true });
  expect(runsAs((await kube.get(Deployment, "other", namespace)) as Deployment)).toBe(false);
});
