import { expect, test } from "vitest";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { signers } from "../../control-plane/certificates.ts";
import { render } from "../../control-plane/component.ts";
import { components } from "../../control-plane/index.ts";
import { keys } from "../../control-plane/keys.ts";
import { variants } from "../../testing/control-planes.ts";
import { copyNameProblems } from "./copy-name-problems.ts";
import { isMadeHere } from "./is-made-here.ts";
import { references } from "./references.ts";

const cluster = (spec: object): HostedCluster =>
  ({
    metadata: { name: "demo", namespace: "clusters" },
    spec: { infraID: "demo-abcde", etcd: { managementType: "Managed" }, ...spec },
  }) as HostedCluster;
const named = (name: string) => cluster({ auditWebhook: { name } });

test.each([...signers, "service-account-signing-key", "etcd-peer-tls", "demo-abcde-kubeconfig", "pull-secret"])(
  "a reference to a Secret named %s is refused, for the control plane has its own",
  (name) => {
    expect(copyNameProblems(named(name))).toEqual([
      `spec.auditWebhook names the Secret ${name}, and the control plane has a Secret of its own under that name: give yours another name`,
    ]);
  },
);

test.each(["durable-record", "etcd-members", "etcd-start", "client-ca", "user-ca-bundle", "kube-root-ca.crt"])(
  "a reference to a ConfigMap named %s is refused, wherever in the configuration it is",
  (name) => {
    const configuration = { apiServer: { clientCA: { name } } };
    expect(copyNameProblems(cluster({ configuration }))).toEqual([
      `spec.configuration.apiServer.clientCA names the ConfigMap ${name}, and the control plane has a ConfigMap of its own under that name: give yours another name`,
    ]);
  },
);

test("other names are free, and so are all names where the copy gets one of ours", () => {
  expect(copyNameProblems(named("audit"))).toEqual([]);
  const fields = { pullSecret: { name: "root-ca" }, additionalTrustBundle: { name: "user-ca-bundle" } };
  expect(copyNameProblems(cluster(fields))).toEqual([]);
});

test.each([undefined, { name: "user-ca-bundle" }, { name: "mine" }])(
  "the proxy's authority may be called user-ca-bundle, as in OpenShift, whatever additionalTrustBundle is: %j",
  (additionalTrustBundle) => {
    const given = cluster({
      configuration: { proxy: { trustedCA: { name: "user-ca-bundle" } } },
      additionalTrustBundle,
    });
    expect(copyNameProblems(given)).toEqual([]);
    const copies = references(given).map(({ from, to }) => [from, to]);
    expect(copies).toEqual([
      ...(additionalTrustBundle ? [[additionalTrustBundle.name, "user-ca-bundle"]] : []),
      ["user-ca-bundle", "proxy-ca-bundle"],
    ]);
  },
);

test.each(Object.entries(variants))("all that a control plane makes is known to be its own: %s", (_, plane) => {
  const { secrets, configMaps } = keys(plane, [], new Date());
  const all = [...secrets, ...configMaps, ...components.flatMap((component) => render(component, plane))];
  const ours = all.filter(({ kind }) => kind === "Secret" || kind === "ConfigMap");
  expect(ours.length).toBeGreaterThan(20);
  const same = cluster(plane.spec);
  const unknown = ours.filter(({ kind, metadata }) => !isMadeHere(same, kind ?? "", metadata?.name ?? ""));
  expect(unknown.map(({ kind, metadata }) => `${kind}/${metadata?.name}`)).toEqual([]);
});
