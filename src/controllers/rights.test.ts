import { expect, test } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { runCommand } from "../cli/testing/run-command.ts";
import { role, roleBinding } from "../control-plane/ignition-server/rbac.ts";
import { aControlPlane } from "../testing/control-planes.ts";
import { matchesFixture } from "../testing/matches-fixture.ts";
import { controlPlaneOperator } from "./hosted-cluster/control-plane-operator.ts";

interface Rbac {
  kind: string;
  metadata: { name: string };
  rules?: object[];
  roleRef?: { kind: string; name: string };
  subjects?: { name: string }[];
}

async function rendered(): Promise<Rbac[]> {
  const { stdout } = await runCommand([
    ...["install", "--hypershift-image", "r.example.com/roost:1", "--cluster-api-image", "r.example.com/cluster-api:1"],
    ...["--external-dns-provider", "aws", "--external-dns-image", "d:1", "--render", "--outputs", "resources"],
  ]);
  const plane = aControlPlane();
  const facts = { namespace: plane.namespace, cluster: "demo", image: "i", releaseImage: "r" };
  return [
    ...parseAllDocuments(stdout).map((document) => document.toJS() as Rbac),
    ...(controlPlaneOperator(facts as Parameters<typeof controlPlaneOperator>[0]) as unknown as Rbac[]),
    ...([role(plane), roleBinding(plane)] as unknown as Rbac[]),
  ];
}

test("each program of ours may do what is kept here, and nothing else", async () => {
  const objects = await rendered();
  const bindings = objects.filter(({ subjects }) => subjects);
  const accounts = [...new Set(bindings.flatMap(({ subjects = [] }) => subjects.map(({ name }) => name)))].sort();
  expect(accounts).toEqual(
    expect.arrayContaining([
      "agent-registration",
      "cluster-api",
      "control-plane-operator",
      "external-dns",
      "ignition-server",
      "operator",
    ]),
  );
  const rights = accounts.map((account) => {
    const roles = bindings.flatMap(({ subjects = [], roleRef }) =>
      subjects.some(({ name }) => name === account) && roleRef ? [roleRef] : [],
    );
    const everywhere = roles.filter(({ kind }) => kind === "ClusterRole");
    const inNamespace = roles.filter(({ kind }) => kind === "Role");
    const rulesOf = (refs: typeof roles) =>
      refs.flatMap((ref): unknown[] => {
        const found = objects.find(({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name);
        return found?.rules ?? [`no ${ref.kind} ${ref.name}`];
      });
    return { account, everywhere: rulesOf(everywhere), inItsNamespace: rulesOf(inNamespace) };
  });
  const text = stringify(rights, { lineWidth: 0, aliasDuplicateObjects: false });
  await matchesFixture(new URL("fixtures/rights.yaml", import.meta.url), text);
});
