import { beforeAll, describe, expect, test } from "vitest";
import { ApiError } from "../kube/api-error.ts";
import { type Changes, changed } from "../testing/changed.ts";
import { installCrds } from "../testing/install-crds.ts";
import type { RuleCase } from "../testing/rule-cases/rule-case.ts";
import { ruleCases } from "../testing/rule-cases/rule-cases.ts";
import { type Sample, samples } from "../testing/samples.ts";
import { fieldsOf } from "../testing/schema-fields.ts";
import { type SharedApiServer, sharedApiServer } from "../testing/shared-api-server.ts";
import { customResourceDefinition } from "./schema/custom-resource-definition.ts";
import { definitions } from "./schema/definitions.ts";

const all = samples();
const numbered = ruleCases.map((each, index) => ({ ...each, name: `case-${index}` }));

let server: SharedApiServer;
beforeAll(async () => {
  server = await sharedApiServer("rules");
  await installCrds(server.kube);
});

describe.each(numbered)("$sample: $rule", (ruleCase) => {
  let before: Sample;
  beforeAll(async () => {
    before = await start(ruleCase);
  });

  test.each(ruleCase.refuse)("refuses %o", async (changes) => {
    const error = await attempt(before, changes).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(error, "the API server refuses").toBeInstanceOf(ApiError);
    const messages = (error as ApiError).causes.map(({ message = "" }) =>
      message.replace(/^Invalid value: ("\w+"|[^:]*): /, ""),
    );
    expect(messages).toContainEqual(expect.stringMatching(beginningWith(ruleCase.rule)));
  });

  // That a sample is accepted as it is, the fields' tests have shown; what a case begins with, only this one has.
  const accepted = ruleCase.from ? [{}, ...ruleCase.accept] : ruleCase.accept;
  test.each(accepted)("accepts %o", async (changes) => {
    await expect(attempt(before, changes)).resolves.toBeDefined();
  });
});

test("every rule has a case that it refuses", () => {
  const messages = definitions.flatMap((definition) => {
    const { versions } = JSON.parse(JSON.stringify(customResourceDefinition(definition).spec));
    const fields = fieldsOf(versions[0].schema.openAPIV3Schema);
    return fields.flatMap(({ schema }) => (schema["x-kubernetes-validations"] ?? []).map(({ message }) => message));
  });
  const tried = ruleCases.filter(({ refuse }) => refuse.length > 0).map(({ rule }) => rule);
  const untried = [...new Set(messages)].filter((message) => !tried.some((rule) => message.startsWith(rule)));
  expect(untried).toEqual([]);
});

const beginningWith = (text: string) => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);

/** The object that a case begins with: made where the case is about a change, and otherwise only thought of. */
async function start({ sample, from, name }: RuleCase & { name: string }): Promise<Sample> {
  const object = all.get(sample);
  if (!object) throw new Error(`There is no sample ${sample}: write one of ${[...all.keys()].join(", ")}.`);
  const placed = { ...object, metadata: { ...object.metadata, name, namespace: server.namespace } };
  if (!from) return placed;
  const made = await server.kube.create(changed(placed, from));
  return object.status ? server.kube.replace({ ...made, status: object.status }, { subresource: "status" }) : made;
}

function attempt(before: Sample, changes: Changes): Promise<Sample> {
  const after = changed(before, changes);
  if (!before.metadata?.uid) return server.kube.create(after, { dryRun: true });
  const ofStatus = Object.keys(changes).some((path) => path.startsWith("status."));
  return server.kube.replace(after, { dryRun: true, ...(ofStatus && { subresource: "status" }) });
}
