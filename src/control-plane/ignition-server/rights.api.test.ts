import { beforeAll, expect, test } from "vitest";
import type { Permission } from "../../api/permissions.ts";
import {
  agentRegistrationPermissions,
  agentRegistrationSecrets,
  controlPlaneOperatorPermissions,
} from "../../api/permissions.ts";
import { publishTokens, unpublishTokens } from "../../controllers/node-pool/publish-tokens.ts";
import { nodePoolAnnotation, tokenSecretData, tokenSecretLabel } from "../../ignition/token-secret.ts";
import type { Secret } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { type SharedApiServer, sharedApiServer } from "../../testing/shared-api-server.ts";
import type { ControlPlane } from "../control-plane.ts";
import { role, roleBinding } from "./rbac.ts";

// What strangers reach has few rights. Asked of the API server that enforces them.

let api: SharedApiServer;
const group = "rbac.authorization.k8s.io";

beforeAll(async () => {
  api = await sharedApiServer("rights");
});

interface Access extends Resource {
  spec: object;
  status?: { allowed: boolean };
}

/** Whether a ServiceAccount of the namespace may do that. */
async function may(account: string, asked: Record<string, string>, namespace = api.namespace): Promise<boolean> {
  const answer = await api.kube.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      spec: {
        user: `system:serviceaccount:${api.namespace}:${account}`,
        groups: ["system:serviceaccounts", `system:serviceaccounts:${api.namespace}`, "system:authenticated"],
        resourceAttributes: { namespace, group: "", version: "*", ...asked },
      },
    },
  });
  return (JSON.parse(answer.body) as Access).status?.allowed === true;
}

const secret = (verb: string, name = "") => ({ verb, resource: "secrets", name });

test("the ignition server reads the Secrets that nodes get, and no key of the control plane", async () => {
  const { kube, namespace } = api;
  const plane = { namespace, spec: { pullSecret: { name: "pull-secret" }, sshKey: { name: "" } } } as ControlPlane;
  for (const object of [role(plane), roleBinding(plane)] as Resource[]) {
    await kube.apply({ ...object, metadata: { ...object.metadata, namespace } });
  }
  const allowed = (asked: Record<string, string>) => may("ignition-server", asked);
  expect(await allowed(secret("get", "pull-secret"))).toBe(true);
  expect(await allowed(secret("get", "bootstrap-kubeconfig"))).toBe(true);
  for (const name of ["root-ca", "etcd-signer", "admin-kubeconfig", "token-demo-abc"]) {
    expect([name, await allowed(secret("get", name))]).toEqual([name, false]);
  }
  for (const verb of ["list", "watch", "patch", "update", "create", "delete"]) {
    expect([verb, await allowed(secret(verb))]).toEqual([verb, false]);
  }
  expect(await allowed({ verb: "patch", resource: "configmaps", name: "ignition-reports" })).toBe(true);
  expect(await allowed({ verb: "patch", resource: "configmaps", name: "ignition-tokens" })).toBe(false);
});

test("a pool's token Secrets are readable by name while the pool is there", async () => {
  const { kube, namespace } = api;
  const content = { token: "t", release: "", releaseVersion: "", pool: { images: { kubelet: "", pause: "" } } };
  await kube.create<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "token-big-abc",
      namespace,
      labels: { [tokenSecretLabel]: "true" },
      annotations: { [nodePoolAnnotation]: "clusters/big" },
    },
    data: tokenSecretData({ ...content, userConfigs: [] }),
  });
  const pool = { metadata: { name: "big", namespace: "clusters" } };
  await publishTokens({ kube, namespace, pool } as unknown as Parameters<typeof publishTokens>[0]);
  expect(await may("ignition-server", secret("get", "token-big-abc"))).toBe(true);
  expect(await may("ignition-server", secret("list"))).toBe(false);
  await unpublishTokens(kube, "big", namespace);
  expect(await may("ignition-server", secret("get", "token-big-abc"))).toBe(false);
});

test("the registration service reads its own two Secrets, and otherwise Agents and InfraEnvs", async () => {
  const { kube, namespace } = api;
  const bind = async (kind: "ClusterRole" | "Role", rules: Permission[]) => {
    const metadata = { name: "hosts-test", ...(kind === "Role" ? { namespace } : {}) };
    const subjects = [{ kind: "ServiceAccount", name: "agent-registration", namespace }];
    await kube.apply({ apiVersion: `${group}/v1`, kind, metadata, rules } as Resource);
    await kube.apply({
      apiVersion: `${group}/v1`,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: group, kind, name: "hosts-test" },
      subjects,
    } as Resource);
  };
  await bind("ClusterRole", agentRegistrationPermissions);
  await bind("Role", agentRegistrationSecrets);
  const allowed = (asked: Record<string, string>, where?: string) => may("agent-registration", asked, where);
  expect(await allowed(secret("get", "agent-user-data"))).toBe(true);
  expect(await allowed(secret("watch", "agent-registration"))).toBe(true);
  for (const [verb, name] of [
    ["get", "agent-registration-ca"],
    ["get", "pull-secret"],
    ["list", ""],
    ["patch", "agent-user-data"],
  ] as const) {
    expect([verb, name, await allowed(secret(verb, name))]).toEqual([verb, name, false]);
  }
  expect(await allowed(secret("get", "agent-user-data"), "clusters-demo")).toBe(false);
  const agents = { group: "agent-install.openshift.io", resource: "agents" };
  expect(await allowed({ ...agents, verb: "patch" }, "hosts")).toBe(true);
  expect(await allowed({ ...agents, verb: "delete" }, "hosts")).toBe(false);
  const clusters = { group: "hypershift.openshift.io", resource: "hostedclusters" };
  expect(await allowed({ ...clusters, verb: "patch" }, "clusters")).toBe(false);
  for (const resource of ["pods", "namespaces", "configmaps"]) {
    expect([resource, await allowed({ verb: "get", resource })]).toEqual([resource, false]);
  }
});

test("the control-plane-operator makes no pods, lifts no fence, and may do nothing in another namespace", async () => {
  const { kube, namespace } = api;
  const metadata = { name: "control-plane-operator-test", namespace };
  await kube.apply({
    apiVersion: `${group}/v1`,
    kind: "Role",
    metadata,
    rules: controlPlaneOperatorPermissions,
  } as Resource);
  await kube.apply({
    apiVersion: `${group}/v1`,
    kind: "RoleBinding",
    metadata,
    roleRef: { apiGroup: group, kind: "Role", name: metadata.name },
    subjects: [{ kind: "ServiceAccount", name: "control-plane-operator", namespace }],
  } as Resource);
  const allowed = (asked: Record<string, string>, where?: string) => may("control-plane-operator", asked, where);
  expect(await allowed(secret("list"))).toBe(true);
  expect(await allowed(secret("list"), "clusters-other")).toBe(false);
  const refused: Record<string, string>[] = [
    { verb: "create", resource: "pods" },
    { verb: "create", resource: "pods", subresource: "exec" },
    { verb: "create", group: "batch", resource: "jobs" },
    { verb: "create", group: "apps", resource: "daemonsets" },
    { verb: "patch", group: "networking.k8s.io", resource: "networkpolicies" },
    { verb: "delete", group: "networking.k8s.io", resource: "networkpolicies" },
    { verb: "patch", resource: "namespaces" },
    { verb: "patch", group: "hypershift.openshift.io", resource: "hostedclusters" },
    { verb: "escalate", group, resource: "roles" },
  ];
  for (const asked of refused) {
    expect([asked, await allowed(asked)]).toEqual([asked, false]);
  }
});
