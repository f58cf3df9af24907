import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { ApiError } from "../kube/api-error.ts";
import { isTrue } from "../kube/conditions.ts";
import { CustomResourceDefinition } from "../kube/kinds.ts";
import { waitFor } from "../kube/wait-for.ts";
import { type Changes, changed } from "../testing/changed.ts";
import { type Sample, samples } from "../testing/samples.ts";
import { type SharedApiServer, sharedApiServer } from "../testing/shared-api-server.ts";
import { customResourceDefinition } from "./schema/custom-resource-definition.ts";
import type { Definition } from "./schema/definition.ts";
import { hostedClusterDefinition } from "./schema/hosted-cluster.ts";
import { nodePoolDefinition } from "./schema/node-pool.ts";

// An object from a time with fewer rules can still be changed where it is right. The kinds stand under a group of their
// own here, first without any limit or rule, then as they are.

const group = `ratcheting-${randomBytes(4).toString("hex")}.example.com`;

const cases = [
  {
    definition: hostedClusterDefinition,
    sample: "hosted-cluster-none",
    bad: {
      "spec.services": [{ service: "APIServer", servicePublishingStrategy: { type: "Carrier" } }],
      "spec.channel": "a".repeat(101),
      "spec.pausedUntil": "someday",
      "spec.networking": { networkType: "Calico", clusterNetwork: [{ cidr: "any" }] },
      "spec.operatorConfiguration": { clusterNetworkOperator: { disableMultiNetwork: true, ovnKubernetesConfig: {} } },
      "spec.labels": Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, ""])),
    },
    elsewhere: { "spec.release.image": "registry.example.com/roost/release:1.34.5", "spec.sshKey": { name: "key" } },
    mended: { "spec.pausedUntil": "", "spec.channel": "stable" },
    stillBad: [{ "spec.pausedUntil": "never" }, { "spec.channel": "b".repeat(101) }, { "spec.labels.k21": "" }],
  },
  {
    definition: nodePoolDefinition,
    sample: "node-pool-none",
    bad: {
      "spec.arch": "s390x",
      "spec.replicas": 1,
      "spec.autoScaling": { min: 0, max: 2 },
      "spec.management": { upgradeType: "Replace", inPlace: {}, replace: { strategy: "Sometimes" } },
      "spec.taints": [{ key: "a b", effect: "Whatever" }],
    },
    elsewhere: {
      "spec.release.image": "registry.example.com/roost/release:1.34.5",
      "spec.management.autoRepair": true,
    },
    mended: { "spec.replicas": undefined, "spec.taints": [] },
    stillBad: [{ "spec.taints.0.key": "b c" }, { "spec.management.replace.strategy": "Never" }],
  },
];

let server: SharedApiServer;
beforeAll(async () => {
  server = await sharedApiServer("ratcheting");
});

describe.each(cases)("$sample", ({ definition, sample, bad, elsewhere, mended, stillBad }) => {
  let old: Sample;
  beforeAll(async () => {
    const strict = inGroup(definition);
    await install(withoutLimits(strict));
    const object = { ...samples().get(sample), apiVersion: `${group}/v1beta1` } as Sample;
    const placed = { ...object, metadata: { name: "old", namespace: server.namespace } };
    old = await server.kube.create(changed(placed, bad));
    await install(strict);
    const another = changed(placed, { ...bad, "metadata.name": "another" });
    await vi.waitUntil(() => refusal(server.kube.create(another, { dryRun: true })), { timeout: 30_000 });
  });

  test("can be changed where it is right", async () => {
    await expect(update(old, elsewhere)).resolves.toMatchObject({ kind: definition.kind.kind });
  });

  test("can be mended field by field", async () => {
    for (const [path, value] of Object.entries(mended)) {
      await expect(update(old, { [path]: value }), path).resolves.toBeDefined();
    }
  });

  test.each(stillBad as Changes[])("cannot be changed to %o", async (changes) => {
    expect(await refusal(update(old, changes))).toBeInstanceOf(ApiError);
  });
});

const update = (object: Sample, changes: Changes) => server.kube.replace(changed(object, changes), { dryRun: true });

const refusal = (answer: Promise<unknown>) =>
  answer.then(
    () => undefined,
    (error: unknown) => error,
  );

function inGroup(definition: Definition): CustomResourceDefinition {
  const kind = { ...definition.kind, apiVersion: `${group}/v1beta1` };
  return JSON.parse(JSON.stringify(customResourceDefinition({ ...definition, kind, alsoServed: [] })));
}

async function install(crd: CustomResourceDefinition): Promise<void> {
  await server.kube.apply(crd);
  await waitFor(server.kube, CustomResourceDefinition, crd.metadata?.name ?? "", isEstablished, {
    what: "be established",
  });
}

const isEstablished = (crd: CustomResourceDefinition) =>
  isTrue(crd.status?.conditions as { type: string; status: string }[] | undefined, "Established");

const limits = new Set([
  "x-kubernetes-validations",
  "enum",
  "pattern",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
]);

/** The CRD, with every field and default, but nothing that refuses a value. */
function withoutLimits(crd: CustomResourceDefinition): CustomResourceDefinition {
  return JSON.parse(JSON.stringify(crd), function (this: object, key, value) {
    // A field may have the name of a limit: only in a schema, which has a type, it is one.
    return limits.has(key) && ("type" in this || "anyOf" in this) ? undefined : value;
  });
}
