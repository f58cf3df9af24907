import { beforeAll, describe, expect, test } from "vitest";
import { ApiError } from "../kube/api-error.ts";
import { changed } from "../testing/changed.ts";
import { installCrds } from "../testing/install-crds.ts";
import { type Sample, samples } from "../testing/samples.ts";
import { fieldsOf, type Schema, type Value, valuesOf } from "../testing/schema-fields.ts";
import { type SharedApiServer, sharedApiServer } from "../testing/shared-api-server.ts";
import { hasLimit, type Limit, limits, violation } from "../testing/violations.ts";
import { customResourceDefinition } from "./schema/custom-resource-definition.ts";
import { definitions } from "./schema/definitions.ts";

// Every field is used by a sample, and every limit of every field is broken once: in each request, all limits of one
// sort that a sample meets are broken together, and the API server has to name every one of the fields.

const schemas = new Map(
  definitions.map((definition) => {
    const { versions } = JSON.parse(JSON.stringify(customResourceDefinition(definition).spec));
    return [definition.kind.kind, versions[0].schema.openAPIV3Schema as Schema];
  }),
);

const all = [...samples()].map(([name, sample]) => {
  const schema = schemas.get(sample.kind) ?? {};
  const values = valuesOf(sample, schema).filter(({ keys: [first] }) => first === "spec" || first === "status");
  return { name, sample, schema, values };
});

let server: SharedApiServer;
beforeAll(async () => {
  server = await sharedApiServer("fields");
  await installCrds(server.kube);
});

const inNamespace = (sample: Sample): Sample => ({
  ...sample,
  metadata: { ...sample.metadata, namespace: server.namespace },
});

describe.each(all)("$name", ({ sample, values }) => {
  let kept: Sample;
  beforeAll(async () => {
    const created = await server.kube.create(inNamespace(sample));
    kept = sample.status
      ? await server.kube.replace({ ...created, status: sample.status }, { subresource: "status" })
      : created;
  });

  test("is accepted with every field", () => {
    expect(kept).toMatchObject(sample);
  });

  const limited = limits.filter((limit) => values.some((each) => breaks(each, limit)));
  test.each(limited)("is refused where a field breaks its %s", async (limit) => {
    const broken = values
      .filter((each) => breaks(each, limit))
      .map((each) => ({ ...each, to: violation(each, limit, examplesOf(sample.kind, each.path)) }));
    await expectRefusals(broken);
  });

  const required = values.flatMap(({ schema, keys, value, path }) =>
    (schema.required ?? [])
      .filter((name) => isSet(value, name) && !hasDefault(schema, name))
      .map((name) => ({ path, keys: [...keys, name], to: undefined })),
  );
  if (required.length > 0) {
    test("is refused where a required field is missing", () => expectRefusals(required));
  }

  /** Level by level: with the outer object gone nothing in it could be missed. */
  async function expectRefusals(broken: { keys: Value["keys"]; to: unknown }[]) {
    expect(broken).not.toEqual([]);
    for (const part of ["spec", "status"]) {
      for (const level of new Set(broken.map(({ keys }) => keys.length))) {
        const together = broken.filter(({ keys }) => keys[0] === part && keys.length === level);
        if (together.length > 0) await expectRefusal(part, together);
      }
    }
  }

  async function expectRefusal(part: string, broken: { keys: Value["keys"]; to: unknown }[]) {
    const bad = changed(kept, Object.fromEntries(broken.map(({ keys, to }) => [keys.join("."), to])));
    const error = await (part === "spec"
      ? server.kube.create({ ...bad, metadata: { name: "refused", namespace: server.namespace } }, { dryRun: true })
      : server.kube.replace(bad, { dryRun: true, subresource: "status" })
    ).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(error, "the API server refuses").toBeInstanceOf(ApiError);
    const named = new Set((error as ApiError).causes.map(({ field }) => field));
    expect(
      broken.map(placeOf).filter((place) => !named.has(place)),
      (error as ApiError).message,
    ).toEqual([]);
  }
});

describe.each([...schemas])("%s", (kind, schema) => {
  const used = all.filter(({ sample }) => sample.kind === kind).flatMap(({ values }) => values);

  test("has a sample for every field", () => {
    const paths = new Set(used.map(({ path }) => path));
    const unused = fieldsOf(schema).filter(({ path }) => /^(spec|status)\b/.test(path) && !paths.has(path));
    expect(unused.map(({ path }) => path)).toEqual([]);
  });

  test("has every limit broken by a sample", () => {
    const broken = new Set(
      used.flatMap((each) => limits.filter((limit) => breaks(each, limit)).map((l) => `${each.path} ${l}`)),
    );
    const unbroken = fieldsOf(schema).flatMap((field) =>
      limits.filter((limit) => hasLimit(field.schema, limit)).map((limit) => `${field.path} ${limit}`),
    );
    expect(unbroken.filter((each) => !broken.has(each))).toEqual([]);
  });
});

/** Whether the value can be replaced by one that breaks the limit. */
function breaks({ schema, value }: Value, limit: Limit): boolean {
  if (!hasLimit(schema, limit) || value === null) return false;
  return limit !== "minItems" && limit !== "maxItems" ? true : (value as unknown[]).length > 0;
}

const hasDefault = ({ properties }: Schema, name: string) =>
  properties?.[name] !== undefined && "default" in properties[name];

const isSet = (value: unknown, name: string) => value !== null && typeof value === "object" && name in value;

/** Valid values of an object's fields, out of all samples of the kind. */
function examplesOf(kind: string, path: string): Record<string, unknown> {
  const values = all.filter(({ sample }) => sample.kind === kind).flatMap(({ values }) => values);
  return Object.assign({}, ...values.filter((each) => each.path === path).map(({ value }) => value));
}

/** The place as the API server names it: `spec.services[0].service`. */
function placeOf({ keys }: { keys: (string | number)[] }): string {
  return keys
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .slice(1);
}
