import { expect, test } from "vitest";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { ConfigMap } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { RegistryError } from "../../release/registry-error.ts";
import { aRelease, aSpec } from "../../testing/control-planes.ts";
import { keepReleases } from "./keep-releases.ts";

const hcp = { metadata: { name: "demo", namespace: "clusters-demo" }, spec: aSpec() } as HostedControlPlane;
const away = new RegistryError("RegistryUnreachable", "The registry registry.example.com cannot be reached");

/** What is kept outlives the process: each reader made with the same one stands for a restart. */
function aNamespace() {
  const configMaps = new Map<string, ConfigMap>();
  let writes = 0;
  const kube = {
    get: async (_: unknown, name: string) => structuredClone(configMaps.get(name)),
    apply: async (object: ConfigMap) => {
      writes++;
      configMaps.set(object.metadata?.name ?? "", structuredClone(object));
      return object;
    },
  } as unknown as Kube;
  return { kube, writes: () => writes };
}

const clock = (at = { ms: 0 }) => Object.assign(() => new Date(at.ms), { at });

test("a release that was read once serves after a restart while its registry is away, and says so", async () => {
  const { kube } = aNamespace();
  await keepReleases(async () => aRelease, clock())(hcp, kube);
  const restarted = keepReleases(() => Promise.reject(away), clock());
  const found = await restarted(hcp, kube);
  expect(found).toMatchObject({ version: "1.34.4", digest: aRelease.digest, pullSpec: aRelease.pullSpec });
  expect(found.image("etcd")).toBe(aRelease.image("etcd"));
  expect(found.unasked).toBe(away.message);
});

test("a release that was never read cannot serve", async () => {
  const { kube } = aNamespace();
  await keepReleases(async () => aRelease, clock())(hcp, kube);
  const other = { ...hcp, spec: aSpec({ releaseImage: "registry.example.com/roost/release:1.34.5" }) };
  const restarted = keepReleases(() => Promise.reject(away), clock());
  await expect(restarted(other, kube)).rejects.toBe(away);
});

test("what the registry says is no release is none, whatever was kept", async () => {
  const { kube } = aNamespace();
  await keepReleases(async () => aRelease, clock())(hcp, kube);
  const answer = new RegistryError("NotAReleaseImage", "The image is not a release image");
  await expect(keepReleases(() => Promise.reject(answer), clock())(hcp, kube)).rejects.toBe(answer);
});

test("a registry that was away is left alone for half a minute, and asked again after that", async () => {
  const { kube } = aNamespace();
  const now = clock();
  let asked = 0;
  let answers = true;
  const read = keepReleases(() => {
    asked++;
    return answers ? Promise.resolve(aRelease) : Promise.reject(away);
  }, now);
  await read(hcp, kube);
  answers = false;
  await read(hcp, kube);
  expect((await read(hcp, kube)).unasked).toBe(away.message);
  expect(asked).toBe(2);
  now.at.ms = 31_000;
  answers = true;
  expect((await read(hcp, kube)).unasked).toBeUndefined();
  expect(asked).toBe(3);
});

test("what is kept already is not written again, and the oldest gives way", async () => {
  const { kube, writes } = aNamespace();
  const read = (image: string) => {
    const spec = aSpec({ releaseImage: image });
    return keepReleases(async () => ({ ...aRelease, pullSpec: image }), clock())({ ...hcp, spec }, kube);
  };
  await read("a");
  await read("a");
  expect(writes()).toBe(1);
  for (const image of ["b", "c", "d"]) await read(image);
  const kept = (image: string) =>
    keepReleases(() => Promise.reject(away), clock())({ ...hcp, spec: aSpec({ releaseImage: image }) }, kube);
  await expect(kept("a")).rejects.toBe(away);
  for (const image of ["b", "c", "d"]) expect((await kept(image)).unasked).toBe(away.message);
});
