import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { fieldsOf, type Schema } from "../testing/schema-fields.ts";
import { customResourceDefinition } from "./schema/custom-resource-definition.ts";
import { definitions } from "./schema/definitions.ts";

const root = join(import.meta.dirname, "..", "..");

const schemas = definitions.map((definition) => {
  const { versions } = JSON.parse(JSON.stringify(customResourceDefinition(definition).spec));
  return { kind: definition.kind.kind, fields: fieldsOf(versions[0].schema.openAPIV3Schema as Schema) };
});

test.each(definitions)("the manifest of $kind.kind is what its schema says: run npm run generate", (definition) => {
  const crd = customResourceDefinition(definition);
  const written = parse(readFileSync(join(root, "manifests", "crds", `${crd.metadata?.name}.yaml`), "utf8"));
  expect(written).toEqual(JSON.parse(JSON.stringify(crd)));
});

test.each(schemas)("kubectl explain has a sentence for every field of $kind", ({ fields }) => {
  const silent = fields.filter(({ path, schema }) => path && path !== "metadata" && !schema.description?.endsWith("."));
  expect(silent.map(({ path }) => path)).toEqual([]);
});

const ruled = schemas.map(({ kind, fields }) => ({
  kind,
  messages: fields.flatMap(({ schema }) => (schema["x-kubernetes-validations"] ?? []).map(({ message }) => message)),
}));
test.each(ruled.filter(({ messages }) => messages.length > 0))(
  "every rule of $kind says what to write",
  ({ messages }) => {
    expect(messages.filter((message) => !message || /[\n.]$/.test(message))).toEqual([]);
  },
);

test("importing roost/api does not load the schemas", () => {
  // Prints every module that the import loads, one in a line.
  const program = `
    import { registerHooks } from "node:module";
    registerHooks({ load(url, context, next) { console.log(url); return next(url, context); } });
    await import("roost/api");
  `;
  const loaded = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: root,
    encoding: "utf8",
  });
  expect(loaded).toContain("src/api/hosted-cluster.ts");
  expect(loaded.split("\n").filter((url) => /typebox|\/schema\//.test(url))).toEqual([]);
});
