import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { matchesFixture } from "../../testing/matches-fixture.ts";
import { runCommand } from "../testing/run-command.ts";

const images = ["--hypershift-image", "r.example.com/roost:1", "--cluster-api-image", "r.example.com/cluster-api:1"];
const render = ["install", ...images, "--render", "--outputs", "resources"];
const files = {
  "ca.pem": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
  "pull.json": `{"auths":{}}`,
};

test("install renders as it is kept", async () => {
  const { stdout, stderr, status } = await runCommand(render);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  await matchesFixture(new URL("fixtures/install.yaml", import.meta.url), stdout);
});

test("flags add what they stand for, and no Secret is printed unless it is asked for", async () => {
  const line = [
    ...render,
    ...["--additional-trust-bundle", "ca.pem", "--pull-secret", "pull.json", "--metrics-set", "All"],
    ...["--monitoring-dashboards", "--external-dns-provider", "aws", "--external-dns-image", "r.example.com/dns:1"],
    ...["--external-dns-credentials", "pull.json", "--external-dns-domain-filter", "example.com"],
  ];
  const { stdout } = await runCommand(line, { files });
  const names = parseAllDocuments(stdout).map((document) => {
    const { kind, metadata } = document.toJS();
    return `${kind}/${metadata.name}`;
  });
  expect(names).toEqual(expect.arrayContaining(["Deployment/external-dns", "ConfigMap/operator-ca-bundle"]));
  expect(names.filter((name) => name.startsWith("Secret/"))).toEqual([]);
  expect(stdout).toContain("--metrics-set=All --monitoring-dashboards --external-dns-provider=aws");
  const sensitive = await runCommand([...line, "--render-sensitive"], { files });
  expect(sensitive.stdout).toContain("name: external-dns-credentials");
});

test("monitoring reaches the metrics of each program of ours: NetworkPolicies name a port that it has", async () => {
  const objects = parseAllDocuments((await runCommand(render)).stdout).map((document) => document.toJS());
  const ofKind = (wanted: string) => objects.filter(({ kind }) => kind === wanted).map(({ spec }) => spec);
  const opened = ofKind("NetworkPolicy").flatMap(({ ingress }) =>
    ingress.flatMap((rule: { ports: { port: string }[] }) => rule.ports.map(({ port }) => port)),
  );
  expect(opened).toContain("metrics");
  const served = ofKind("Deployment").flatMap(({ template: { metadata, spec } }) =>
    spec.containers[0].ports?.some(({ name }: { name: string }) => name === "metrics") ? [metadata.labels.app] : [],
  );
  expect(served.sort()).toEqual(["agent-registration", "operator"]);
});

test("the kubelet can ask each program whether it lives", async () => {
  const { stdout } = await runCommand([...render, "--external-dns-provider", "aws", "--external-dns-image", "d:1"]);
  const asked = parseAllDocuments(stdout).flatMap((document) => {
    const { kind, metadata, spec } = document.toJS();
    if (kind !== "Deployment") return [];
    return [`${metadata.name} ${spec.template.spec.containers[0].livenessProbe?.httpGet.path}`];
  });
  expect(asked.sort()).toEqual(
    expect.arrayContaining([
      "agent-registration /healthz",
      "cluster-api /healthz",
      "external-dns /healthz",
      "operator /healthz",
    ]),
  );
  expect(asked.filter((one) => one.endsWith("undefined"))).toEqual([]);
});

test.each([
  [["install"], "--release-image is required"],
  [["install", "--hypershift-image", "a/b:1", "--render"], "--release-image is required"],
  [[...render, "--additional-trust-bundle", "pull.json"], "holds no certificate in PEM"],
  [[...render, "--metrics-set", "Some"], `--metrics-set "Some" is none of Telemetry, SRE, All`],
  [[...render, "--private-platform", "AWS"], "--private-platform is a flag of HyperShift that is not served yet"],
  [[...render, "--hypershift-imge", "x"], "did you mean --hypershift-image?"],
])("%j: one line on stderr, status 2", async (line, message) => {
  const { status, stderr, stdout } = await runCommand(line, { files });
  expect(stderr).toContain(message);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});
