import { expect, test } from "vitest";
import type { InfraEnv } from "../../api/infra-env.ts";
import { infraEnvTokenSecret, registrationName } from "../../platforms/agent/registration-names.ts";
import type { Pass } from "./pass.ts";
import { reportArtifacts } from "./report-artifacts.ts";

const there: Record<string, Record<string, string>> = {
  [registrationName]: { url: "https://192.0.2.1" },
  [infraEnvTokenSecret("rack")]: { token: "one" },
};

async function report(secrets: Record<string, Record<string, string>>) {
  const infraEnv: InfraEnv = { metadata: { name: "rack", namespace: "hosts" }, spec: {} };
  const get = async (_kind: unknown, name: string) => ({
    data: Object.fromEntries(Object.entries(secrets[name] ?? {}).map(([key, text]) => [key, btoa(text)])),
  });
  const pass = { infraEnv, operatorNamespace: "hypershift", kube: { get }, now: () => new Date() };
  return { outcome: await reportArtifacts(pass as unknown as Pass), status: infraEnv.status };
}

test("an address to boot with is published once all of it is known", async () => {
  const { outcome, status } = await report(there);
  expect(outcome).toBeUndefined();
  expect(status?.bootArtifacts?.discoveryIgnitionURL).toBe(
    "https://192.0.2.1/infra-envs/hosts/rack/discovery.ign?token=one",
  );
});

test.each(Object.keys(there))("an address is not published while Secret %s is gone", async (gone) => {
  const { outcome, status } = await report({ ...there, [gone]: {} });
  expect(outcome).toMatchObject({ message: expect.stringContaining(`Secret ${gone} in namespace`) });
  expect(status).toBeUndefined();
});
