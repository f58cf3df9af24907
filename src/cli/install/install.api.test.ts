import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { type Deployment, Namespace, type Pod, Secret } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { impersonate } from "../../testing/api-server.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { ownApiServer } from "../../testing/own-api-server.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { runCommand } from "../testing/run-command.ts";

const images = ["--hypershift-image", "r.example.com/roost:1", "--cluster-api-image", "r.example.com/cluster-api:1"];
const dns = ["--external-dns-provider", "aws", "--external-dns-image", "r.example.com/dns:1"];

async function installed(): Promise<Resource[]> {
  const { stdout } = await runCommand(["install", ...images, ...dns, "--render", "--outputs", "resources"]);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Resource);
}

test("the operator's namespace enforces Pod Security restricted, which admits all that is installed there", async () => {
  const objects = await installed();
  const labels = objects.find(({ kind }) => kind === "Namespace")?.metadata?.labels ?? {};
  expect(labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
  const { kube, namespace } = await sharedApiServer("installed");
  await kube.patch(Namespace, namespace, undefined, { metadata: { labels } });
  const deployments = objects.filter(({ kind }) => kind === "Deployment") as Deployment[];
  expect(deployments.length).toBeGreaterThan(2);
  for (const { spec, metadata } of deployments) {
    const pod = { ...spec?.template.spec, priorityClassName: undefined };
    const object = { apiVersion: "v1", kind: "Pod", metadata: { name: metadata?.name, namespace }, spec: pod } as Pod;
    await kube.create(object, { dryRun: true });
  }
});

test("who may view a namespace looks at hosted clusters there, and who may edit makes them; neither touches control planes", async () => {
  const { kube, namespace } = await sharedApiServer("personas");
  await installCrds(kube);
  const apiGroup = "rbac.authorization.k8s.io";
  const roles = (await installed()).filter(({ metadata }) => /^hypershift-(view|edit)$/.test(metadata?.name ?? ""));
  expect(roles.map(({ metadata }) => metadata?.labels)).toEqual([
    expect.objectContaining({ "rbac.authorization.k8s.io/aggregate-to-view": "true" }),
    expect.objectContaining({ "rbac.authorization.k8s.io/aggregate-to-edit": "true" }),
  ]);
  const [viewer, editor] = await Promise.all(
    roles.map(async (role) => {
      const name = role.metadata?.name ?? "";
      await kube.apply(role);
      await kube.apply({
        apiVersion: `${apiGroup}/v1`,
        kind: "RoleBinding",
        metadata: { name, namespace },
        roleRef: { apiGroup, kind: "ClusterRole", name },
        subjects: [{ apiGroup, kind: "User", name: `${namespace}-${name}` }],
      } as Resource);
      return impersonate(ownApiServer(), `${namespace}-${name}`, ["system:authenticated"]);
    }),
  );
  const cluster = {
    apiVersion: HostedCluster.apiVersion,
    kind: "HostedCluster",
    metadata: { name: "demo", namespace },
  };
  const spec = {
    platform: { type: "None" },
    release: { image: "registry.example.com/release:1" },
    pullSecret: { name: "pull" },
    services: ["APIServer", "OAuthServer", "Konnectivity", "Ignition"].map((service) => ({
      service,
      servicePublishingStrategy: { type: "LoadBalancer" },
    })),
  };
  await expect(viewer?.create({ ...cluster, spec } as HostedCluster)).rejects.toThrow("cannot create resource");
  await editor?.create({ ...cluster, spec } as HostedCluster);
  expect(await viewer?.list(HostedCluster, { namespace })).toHaveLength(1);
  expect(await viewer?.list(HostedControlPlane, { namespace })).toEqual([]);
  await expect(editor?.delete(HostedControlPlane, "demo", namespace)).rejects.toThrow("cannot delete resource");
  await expect(viewer?.list(Secret, { namespace })).rejects.toThrow("cannot list resource");
  await expect(editor?.list(HostedCluster)).rejects.toThrow("cannot list resource");
});
