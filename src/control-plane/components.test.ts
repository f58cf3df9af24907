import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { type PlaneMode, planeModes } from "../api/plane-mode.ts";
import type { Deployment } from "../kube/kinds.ts";
import { aControlPlane, variants } from "../testing/control-planes.ts";
import { matchesFixture } from "../testing/matches-fixture.ts";
import { render } from "./component.ts";
import type { ControlPlane } from "./control-plane.ts";
import { missingFiles } from "./defaults.ts";
import { etcd } from "./etcd/component.ts";
import { components } from "./index.ts";
import { publishedServices } from "./published-services.ts";

const single = aControlPlane();
const yaml = (objects: object[]) =>
  objects.map((each) => stringify(each, { lineWidth: 0, aliasDuplicateObjects: false })).join("---\n");

for (const [variant, plane] of Object.entries(variants)) {
  for (const component of components) {
    test(`${component.name} renders for ${variant}`, () =>
      matchesFixture(
        new URL(`${component.name}/fixtures/${variant}.yaml`, import.meta.url),
        yaml(render(component, plane)),
      ));
  }
  test(`the published services render for ${variant}`, () =>
    matchesFixture(new URL(`fixtures/${variant}.yaml`, import.meta.url), yaml(publishedServices(plane))));
}

test("every folder with a component is in the list", async () => {
  const entries = await readdir(new URL(".", import.meta.url), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== "fixtures").map(({ name }) => name);
  expect(components.map(({ name }) => name).sort()).toEqual(folders.sort());
});

test("what a component needs comes before it in the list", () => {
  components.forEach(({ name, needs }, index) => {
    const before = components.slice(0, index).map((each) => each.name);
    expect(
      needs.filter((need) => !before.includes(need)),
      `${name} needs what comes later or does not exist`,
    ).toEqual([]);
  });
});

test("every Secret and ConfigMap that pods mount is made by somebody", () => {
  const rendered = components.flatMap((component) => render(component, single));
  expect(missingFiles(single, rendered)).toEqual([]);
});

const rendersOf = (contents: Record<string, string>) =>
  Object.fromEntries(
    components.map((component) => [
      component.name,
      JSON.stringify(render(component, { ...single, contents: { ...single.contents, ...contents } })),
    ]),
  );
const changedBy = (...files: string[]) => {
  const before = rendersOf(Object.fromEntries(files.map((file) => [file, "1"])));
  const after = rendersOf(Object.fromEntries(files.map((file) => [file, "2"])));
  return Object.keys(before).filter((name) => before[name] !== after[name]);
};

test("pods start anew when a file that they mount changes", () => {
  expect(changedBy("ConfigMap/kubelet-serving-ca/ca.crt")).toEqual(["kube-apiserver"]);
  expect(changedBy("Secret/service-account-signing-key/service-account.key")).toEqual([
    "kube-apiserver",
    "kube-controller-manager",
  ]);
  expect(changedBy("Secret/etcd-client-tls/ca.crt")).toEqual(["etcd", "kube-apiserver"]);
});

test("pods start anew for a certificate only where their program reads it once", () => {
  for (const secret of ["konnectivity-server", "kas-kubelet-client-crt"])
    expect(changedBy(`Secret/${secret}/tls.crt`), secret).toEqual(["kube-apiserver"]);
  for (const secret of [
    "kas-server-crt",
    "kas-aggregator-crt",
    "etcd-client-tls",
    "etcd-server-tls",
    "etcd-peer-tls",
    "kube-controller-manager-kubeconfig",
    "kube-scheduler-kubeconfig",
  ])
    expect(changedBy(`Secret/${secret}/tls.crt`, `Secret/${secret}/tls.key`), secret).toEqual([]);
  expect(changedBy("ConfigMap/client-ca/ca.crt", "Secret/ignition-server")).toEqual([]);
});

test("a key of a Secret that is not mounted starts no pod anew", () => {
  expect(changedBy("Secret/kube-scheduler-kubeconfig/ca.crt", "Secret/kas-server-crt/ca.crt")).toEqual([]);
});

test.each(Object.entries(variants))(
  "what acts in the hosted cluster holds a lease first, also alone: %s",
  (_, plane) => {
    const text = JSON.stringify(components.flatMap((component) => render(component, plane)));
    expect(text).toContain('"--leader-elect=true"');
    expect(text).toContain('\\"leaderElect\\": true');
  },
);

const containers = components
  .flatMap((component) => render(component, single))
  .flatMap((object) => (object as Deployment).spec?.template?.spec?.containers ?? []);

test("programs are asked often while they start, and all of a control plane less than once a second from then on", () => {
  for (const { name, startupProbe } of containers) expect(startupProbe?.periodSeconds, name).toBeLessThanOrEqual(2);
  const perMinute = containers
    .flatMap(({ readinessProbe, livenessProbe }) => [readinessProbe ?? [], livenessProbe ?? []].flat())
    .reduce((sum, { periodSeconds }) => sum + 60 / (periodSeconds ?? 10), 0);
  expect(perMinute).toBeLessThanOrEqual(50);
});

test("etcd and the API server may load for ten minutes before they are ended for it", () => {
  for (const name of ["etcd", "kube-apiserver"]) {
    const probe = containers.find((container) => container.name === name)?.startupProbe;
    expect((probe?.periodSeconds ?? 0) * (probe?.failureThreshold ?? 0), name).toBe(600);
  }
});

test("no pod starts anew with the orders of etcd's members, which look at them while they wait", () => {
  const rendered = (contents: Record<string, string>) =>
    render(etcd, { ...single, contents: { ...single.contents, ...contents } });
  expect(rendered({ "ConfigMap/etcd-members": "1" })).toEqual(rendered({}));
  expect(rendered({ "Secret/etcd-server-tls": "1" })).not.toEqual(rendered({}));
});

const replicasIn = (mode: PlaneMode) => {
  const plane = { ...(variants.ha as ControlPlane), mode };
  const workloads = components.flatMap((component) => render(component, plane)) as Deployment[];
  return Object.fromEntries(
    workloads
      .filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet")
      .map(({ metadata, spec }) => [metadata?.name, spec?.replicas]),
  );
};

test("a control plane runs whole, or nothing of it but etcd, or nothing of it", () => {
  const whole = {
    etcd: 3,
    "kube-apiserver": 3,
    "kube-controller-manager": 2,
    "kube-scheduler": 2,
    "ignition-server": 2,
  };
  const none = Object.fromEntries(Object.keys(whole).map((name) => [name, 0]));
  expect(replicasIn("Running")).toEqual(whole);
  expect(replicasIn("EtcdOnly")).toEqual({ ...none, etcd: 3 });
  expect(replicasIn("Stopped")).toEqual(none);
});

test("what is stopped for a while starts as it was: nothing but the number of replicas depends on the mode", () => {
  const texts = planeModes.map((mode) => {
    const rendered = components.flatMap((component) => render(component, { ...(variants.ha as ControlPlane), mode }));
    // Of a Deployment, how it is rolled out follows from the number.
    return yaml(rendered).replaceAll(/^ {2}(replicas: .*|strategy:\n(?: {4}.*\n)+)/gm, "");
  });
  expect(new Set(texts).size).toBe(1);
});
