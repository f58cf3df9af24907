import { expect, test } from "vitest";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { versionOfCluster } from "./version-of-cluster.ts";

const entry = (version: string, state: "Partial" | "Completed") => ({ version, state, image: `release:${version}` });
const cluster = (history: object[], ofControlPlane: object[] = []) =>
  ({
    status: { version: { history }, controlPlaneVersion: { history: ofControlPlane } },
  }) as unknown as HostedCluster;

test("nodes follow what is complete, not what is on its way", () => {
  const updating = [entry("1.34.4", "Partial"), entry("1.33.13", "Completed")];
  expect(versionOfCluster(cluster(updating))).toBe("1.33.13");
  expect(versionOfCluster(cluster(updating, [entry("1.34.4", "Completed")]))).toBe("1.33.13");
  expect(versionOfCluster(cluster([entry("1.34.4", "Completed"), ...updating.slice(1)]))).toBe("1.34.4");
});

test("nodes of a cluster that comes up follow its control plane", () => {
  const changed = [entry("1.34.4", "Partial"), entry("1.33.13", "Partial")];
  expect(versionOfCluster(cluster(changed, [entry("1.33.13", "Completed")]))).toBe("1.33.13");
  expect(versionOfCluster(cluster(changed))).toBe("1.33.13");
  expect(versionOfCluster(cluster([entry("", "Partial")]))).toBeUndefined();
  expect(versionOfCluster({} as HostedCluster)).toBeUndefined();
});
