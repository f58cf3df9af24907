import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKube, type ReplaceableKube } from "../kube/create-kube.ts";
import { ClusterRoleBinding, Secret } from "../kube/kinds.ts";
import { pause } from "../kube/pause.ts";
import { aControlPlane } from "../testing/control-planes.ts";
import { freePorts } from "../testing/free-ports.ts";
import { controlPlanePrograms } from "../testing/programs.ts";
import { type RunningRendered, runRendered } from "../testing/run-rendered.ts";
import { render } from "./component.ts";
import { etcd } from "./etcd/component.ts";
import { firstOrders, ordersConfigMap } from "./etcd/orders.ts";
import { keys } from "./keys.ts";
import { kubeApiserver } from "./kube-apiserver/component.ts";
import { kubeControllerManager } from "./kube-controller-manager/component.ts";
import { kubeScheduler } from "./kube-scheduler/component.ts";
import { textOf } from "./text-of.ts";

// The programs themselves say whether our arguments and files are right: a wrong flag ends them.
const versions = ["1.34", "1.33"] as const;

describe.for(versions)("%s", (version) => {
  let running: RunningRendered;
  let kube: ReplaceableKube;
  let kubeconfig: string;
  let secrets: Secret[];

  const facts = aControlPlane({
    encryption: { active: { name: "key-1", secret: Buffer.alloc(32, 1).toString("base64") } },
    spec: { configuration: { apiServer: { audit: { profile: "WriteRequestBodies" } } } } as never,
  });

  beforeAll(async () => {
    const made = keys(facts, [], new Date());
    secrets = made.secrets;
    const rendered = [etcd, kubeApiserver, kubeControllerManager, kubeScheduler].flatMap((component) =>
      render(component, facts),
    );
    const [client, peer, metrics, api, agents, admin, health, manager, scheduler] = (await freePorts(9)).map(String);
    running = await runRendered({
      objects: [...rendered, ...made.secrets, ...made.configMaps, ordersConfigMap(facts.namespace, firstOrders(facts))],
      programs: await controlPlanePrograms(version),
      replace: {
        "https://etcd-client:2379": `https://localhost:${client}`,
        "https://kube-apiserver:6443": `https://localhost:${api}`,
        "0.0.0.0:2379": `127.0.0.1:${client}`,
        "0.0.0.0:2380": `127.0.0.1:${peer}`,
        "0.0.0.0:2381": `127.0.0.1:${metrics}`,
        "--secure-port=6443": `--secure-port=${api}`,
        "--agent-port=8091": `--agent-port=${agents}`,
        "--admin-port=8093": `--admin-port=${admin}`,
        "--health-port=2041": `--health-port=${health}`,
      },
      more: {
        "kube-controller-manager": [`--secure-port=${manager}`],
        "kube-scheduler": [`--secure-port=${scheduler}`],
      },
    });
    const text =
      textOf(
        secrets.find(({ metadata }) => metadata?.name === "hcco-kubeconfig"),
        "kubeconfig",
      ) ?? "";
    kubeconfig = text.replace("https://kube-apiserver:6443", `https://localhost:${api}`);
    kube = await createKube({ kubeconfig });
    await until("the API server is ready", async () => {
      const failure = (await running.failed("kube-apiserver")) ?? (await running.failed("etcd"));
      if (failure) throw new Error(failure);
      return (await kube.request("GET", "/readyz").catch(() => undefined))?.status === 200;
    });
  }, 120_000);

  afterAll(async () => {
    kube?.close();
    await running?.stop();
  });

  test(`an API server of ${version} becomes ready with the rendered arguments and files`, async () => {
    expect((await kube.request("GET", "/readyz")).body).toBe("ok");
  });

  test(`the controller manager of ${version} makes the default service account and the root certificate for pods`, async () => {
    await until("the controller manager works", async () => {
      const failure = await running.failed("kube-controller-manager");
      if (failure) throw new Error(failure);
      const path = "/api/v1/namespaces/default/configmaps/kube-root-ca.crt";
      return (await kube.request("GET", path)).status === 200;
    });
  });

  test(`the scheduler of ${version} and konnectivity go on running`, async () => {
    expect(await running.failed("kube-scheduler")).toBeUndefined();
    expect(await running.failed("konnectivity-server")).toBeUndefined();
  });

  test(`probes of ${version} do not depend on what an administrator of the cluster can delete`, async () => {
    const bindings = await kube.list(ClusterRoleBinding);
    for (const { metadata } of bindings) await kube.delete(ClusterRoleBinding, metadata?.name ?? "");
    const stranger = await createKube({ kubeconfig: withoutUser(kubeconfig) });
    // That the bindings are gone reaches the authorizer a moment later.
    await until("strangers lose what the roles gave them", async () => {
      return (await stranger.request("GET", "/version")).status === 403;
    });
    for (const path of ["/readyz", "/livez?exclude=etcd", "/livez/ping"])
      expect([path, (await stranger.request("GET", path)).status]).toEqual([path, 200]);
    expect((await stranger.request("GET", "/api")).status).toBe(403);
    expect((await stranger.request("DELETE", "/livez")).status).toBe(403);
    stranger.close();
  });

  test(`Secrets can be written and read on ${version}`, async () => {
    await kube.apply<Secret>({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "a", namespace: "default" },
      stringData: { a: "b" },
    } as Secret);
    expect((await kube.get(Secret, "a", "default"))?.data).toEqual({ a: "Yg==" });
  });
});

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Gave up waiting: ${what}`);
    await pause(50);
  }
}

/** The same kubeconfig of somebody who says nothing of who they are. */
function withoutUser(kubeconfig: string): string {
  const config = JSON.parse(kubeconfig) as { users: { user: object }[] };
  for (const entry of config.users) entry.user = {};
  return JSON.stringify(config);
}
