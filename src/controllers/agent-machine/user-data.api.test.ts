import { beforeAll, expect, test } from "vitest";
import { type Agent, installationAnnotation } from "../../api/agent.ts";
import type { AgentMachine } from "../../api/agent-machine.ts";
import { clusterApiVersion, type Machine } from "../../api/cluster-api.ts";
import { operatorPermissions } from "../../api/permissions.ts";
import type { Context } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import { userDataKey, userDataSecret } from "../../platforms/agent/registration-names.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { type SharedApiServer, sharedApiServer } from "../../testing/shared-api-server.ts";
import { releaseAgent } from "./release-agent.ts";
import { publishUserData } from "./user-data.ts";

let api: SharedApiServer;
let operator: Kube;

beforeAll(async () => {
  api = await sharedApiServer("user-data");
  const { kube, kubeconfig } = api;
  await installCrds(kube, { clusterApi: true });
  operator = await kubeWithRights({ kube, kubeconfig, name: "operator", rules: operatorPermissions });
});

/** An AgentMachine, whose Machine is to be made with this user data, or with none yet. */
async function machine(name: string, data?: string): Promise<AgentMachine> {
  const { kube, namespace } = api;
  const secretName = `user-data-${name}`;
  if (data) {
    const value = Buffer.from(data).toString("base64");
    await kube.create<Secret>({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: secretName, namespace },
      data: { value },
    });
  }
  const infrastructureRef = { apiGroup: "capi-provider.agent-install.openshift.io", kind: "AgentMachine", name };
  const owner = await kube.create<Machine>({
    apiVersion: clusterApiVersion,
    kind: "Machine",
    metadata: { name, namespace },
    spec: { clusterName: "demo", bootstrap: { dataSecretName: secretName }, infrastructureRef },
  });
  const ownerReferences = [
    { apiVersion: clusterApiVersion, kind: "Machine", name, uid: owner.metadata?.uid ?? "", controller: true },
  ];
  return { metadata: { name, namespace, ownerReferences }, spec: {} } as AgentMachine;
}

/** The Agent of one and the same host, taken for this installation. */
const taken = (installation: string): Agent => ({
  metadata: { name: "host", namespace: api.namespace, annotations: { [installationAnnotation]: installation } },
  spec: { approved: true, clusterDeploymentName: { name: "demo", namespace: api.namespace } },
});
const publish = (owner: AgentMachine, agent: Agent) => publishUserData(operator, api.namespace, owner, agent);

/** What the registration service would give the host now. */
async function given(agent: Agent): Promise<string | undefined> {
  const secret = await api.kube.get(Secret, userDataSecret, api.namespace);
  const value = secret?.data?.[userDataKey(agent)];
  return value && Buffer.from(value, "base64").toString("utf8");
}

const keys = async () => Object.keys((await api.kube.get(Secret, userDataSecret, api.namespace))?.data ?? {});

test("a host whose Agent was deleted during an installation does not get that user data for another one", async () => {
  await publish(await machine("first", "of the first"), taken("one"));
  expect(await given(taken("one"))).toBe("of the first");
  // The Agent is deleted, the host registers again and is taken by a machine whose user data is not there yet.
  await publish(await machine("second"), taken("two"));
  expect(await given(taken("two"))).toBeUndefined();
});

test("only the user data of a host's present installation is kept", async () => {
  await publish(await machine("third", "of the third"), taken("three"));
  expect(await given(taken("three"))).toBe("of the third");
  expect(await keys()).toEqual([userDataKey(taken("three"))]);
});

test("the user data of a host whose Agent is gone goes with its machine", async () => {
  const goes = await machine("fourth", "of the fourth");
  await publish(goes, taken("four"));
  goes.status = { agentRef: { name: "host", namespace: api.namespace } };
  const context = { kube: operator, log: noLog, now: () => new Date() } as unknown as Context;
  expect(await releaseAgent(goes, context, api.namespace)).toBeUndefined();
  expect(await keys()).toEqual([]);
});
