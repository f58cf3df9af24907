import { expect, test } from "vitest";
import { Namespace, type Pod, type StatefulSet } from "../kube/kinds.ts";
import { variants } from "../testing/control-planes.ts";
import { sharedApiServer } from "../testing/shared-api-server.ts";
import { render } from "./component.ts";
import { components } from "./index.ts";
import { publishedServices } from "./published-services.ts";

test.each(Object.entries(variants))("a real API server takes every object of the variant %s", async (_, plane) => {
  const { kube } = await sharedApiServer();
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: plane.namespace } });
  const objects = [...components.flatMap((component) => render(component, plane)), ...publishedServices(plane)];
  const refused: string[] = [];
  for (const object of objects) {
    await kube.apply(object, { dryRun: true }).catch((error: Error) => refused.push(error.message));
  }
  expect(refused).toEqual([]);
});

test.each(Object.entries(variants))(
  "Pod Security's restricted admits every pod of the variant %s",
  async (_, plane) => {
    const { kube, namespace } = await sharedApiServer("restricted");
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await kube.patch(Namespace, namespace, undefined, { metadata: { labels } });
    const templates = components
      .flatMap((component) => render(component, plane))
      .filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet")
      .map((workload) => (workload as StatefulSet).spec);
    expect(templates.length).toBeGreaterThan(3);
    for (const { template, volumeClaimTemplates = [] } of templates.filter((each) => each !== undefined)) {
      // The StatefulSet controller would add them.
      const claims = volumeClaimTemplates.map(({ metadata: { name = "" } = {} }) => ({
        name,
        persistentVolumeClaim: { claimName: name },
      }));
      // Priority classes are made when the operator is installed.
      const volumes = [...(template?.spec?.volumes ?? []), ...claims];
      const spec = { ...template?.spec, volumes, priorityClassName: undefined };
      const metadata = { ...template?.metadata, name: "a-pod", namespace };
      await kube.create({ apiVersion: "v1", kind: "Pod", metadata, spec } as Pod, { dryRun: true });
    }
  },
);
