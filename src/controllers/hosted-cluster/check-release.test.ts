import { expect, test } from "vitest";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { findCondition } from "../../kube/conditions.ts";
import { aRelease } from "../../testing/control-planes.ts";
import { checkRelease } from "./check-release.ts";
import type { Pass } from "./pass.ts";

const away = "The registry other.example.com cannot be reached";
const images = { all: "registry.example.com/roost/release:1", ahead: "other.example.com/roost/release:2" };

/** ValidReleaseImage of a cluster whose control plane runs ahead, where these images cannot be asked for now. */
async function said(unasked: string[]) {
  const cluster = {
    metadata: { name: "demo", namespace: "clusters", generation: 1 },
    spec: {
      pullSecret: { name: "pull" },
      release: { image: images.all },
      controlPlaneRelease: { image: images.ahead },
    },
  } as HostedCluster;
  const pass = {
    cluster,
    now: () => new Date(),
    kube: { get: async () => ({ data: { ".dockerconfigjson": Buffer.from("{}").toString("base64") } }) },
    options: {
      allowedReleases: ["registry.example.com/roost/release", "other.example.com/roost/release"],
      readRelease: async ({ image }: { image: string }) => ({
        ...aRelease,
        unasked: unasked.includes(image) ? away : undefined,
      }),
    },
  };
  expect(await checkRelease(pass as unknown as Pass)).toBeUndefined();
  return findCondition(cluster.status?.conditions, "ValidReleaseImage");
}

test("a release that is asked for and there is valid", async () => {
  expect(await said([])).toMatchObject({ status: "True", reason: "AsExpected" });
});

test.each(Object.values(images))("a registry that fell silent is told of where only %s is in it", async (image) => {
  expect(await said([image])).toMatchObject({
    status: "True",
    reason: "CachedRelease",
    message: expect.stringContaining(away),
  });
});
