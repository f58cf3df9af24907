import { expect, test } from "vitest";
import { components } from "../../control-plane/index.ts";
import { keys } from "../../control-plane/keys.ts";
import { filesHash, readOnce } from "../../control-plane/read-once.ts";
import type { Deployment, Pod } from "../../kube/kinds.ts";
import { configHashAnnotation } from "../../rendering/config-hash.ts";
import { aControlPlane } from "../../testing/control-planes.ts";
import { hashes } from "./look-at.ts";
import { outdated } from "./outdated-workloads.ts";

const made = new Date("2026-11-21T09:00:00Z");
const renewed = new Date("2027-10-21T09:00:00Z");
const plane = aControlPlane();
const first = keys(plane, [], made);
const second = keys(plane, first.secrets, renewed);
const named = (from: typeof first, name: string) => from.secrets.filter(({ metadata }) => metadata?.name === name);
const items = ["tls.crt", "tls.key"].map((key) => ({ key, path: key }));
const spec = {
  containers: [],
  volumes: ["kas-server-crt", "konnectivity-server"].map((name) => ({ name, secret: { secretName: name, items } })),
};
const component = components.find(({ name }) => name === "kube-apiserver");

/** What is there after the certificates of this Secret were renewed. */
const after = (name: string) => {
  const secrets = [...first.secrets.filter(({ metadata }) => metadata?.name !== name), ...named(second, name)];
  return { secrets, configMaps: first.configMaps, contents: hashes("Secret", secrets) };
};
const workload = (contents = hashes("Secret", first.secrets)): Deployment => {
  const annotations = { [configHashAnnotation]: filesHash(readOnce(component ?? {}, spec), contents) };
  return {
    metadata: { name: "kube-apiserver" },
    spec: { selector: {}, template: { metadata: { annotations }, spec } },
  };
};
const pod = (creationTimestamp: string, app = "kube-apiserver"): Pod => ({
  metadata: { creationTimestamp, labels: { app } },
});
const old = pod("2026-11-22T09:00:00Z");

test("a program that read its certificate once is outdated from when that was renewed", () => {
  expect(outdated(workload(), [old], after("konnectivity-server"))).toMatchObject({
    since: renewed,
    hash: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test("a program that began in the second of the renewal counts as outdated: nobody knows what it read", () => {
  const began = pod("2027-10-21T09:00:00Z");
  const there = after("konnectivity-server");
  expect(outdated(workload(), [began], there)).toMatchObject({ since: renewed });
  expect(outdated(workload(there.contents), [began], there)).toBeUndefined();
});

test("a program is not outdated that follows the file, began later, is not there, or is being started anew", () => {
  const there = after("konnectivity-server");
  expect(outdated(workload(), [old], after("kas-server-crt"))).toBeUndefined();
  expect(outdated(workload(), [pod("2027-10-21T09:00:01Z")], there)).toBeUndefined();
  expect(outdated(workload(), [pod("2026-11-22T09:00:00Z", "etcd")], there)).toBeUndefined();
  expect(outdated(workload(there.contents), [old], there)).toBeUndefined();
});

test("what somebody else changed in a mounted file is no reason to start a program anew", () => {
  const [server] = named(first, "konnectivity-server");
  const changed = { ...server, data: { ...server?.data, "tls.key": "" } };
  const secrets = [...first.secrets.filter(({ metadata }) => metadata?.name !== "konnectivity-server"), changed];
  const there = (all: typeof secrets) => ({ secrets: all, configMaps: [], contents: hashes("Secret", all) });
  expect(outdated(workload(), [old], there(secrets))).toBeUndefined();
  // Nor together with a renewal that the program follows.
  const followed = secrets.filter(({ metadata }) => metadata?.name !== "kas-server-crt");
  expect(outdated(workload(), [old], there([...followed, ...named(second, "kas-server-crt")]))).toBeUndefined();
});
