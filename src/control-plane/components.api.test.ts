import { expect, test } from "vitest";
import type { Namespace } from "../kube/kinds.ts";
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
