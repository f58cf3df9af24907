import { expect, test } from "vitest";
import { restoreOrder } from "./restore-order.ts";

const owner = (uid: string) => ({ apiVersion: "v1", kind: "Any", name: uid, uid });
const thing = (kind: string, uid: string, ...owners: string[]) => ({ kind, uid, owners: owners.map(owner) });
const uids = (objects: { uid: string }[]) => objects.map(({ uid }) => uid);

test("owners come before what they own, and what others read before all else", () => {
  const machine = thing("Machine", "machine", "set");
  const set = thing("MachineSet", "set", "deployment");
  const deployment = thing("MachineDeployment", "deployment", "cluster");
  const cluster = thing("Cluster", "cluster", "plane");
  const plane = thing("HostedControlPlane", "plane");
  const secret = thing("Secret", "secret", "plane");
  const namespace = thing("Namespace", "namespace");
  const ordered = uids(restoreOrder([machine, set, secret, deployment, cluster, plane, namespace]));
  for (const [before, after] of [
    ["plane", "secret"],
    ["plane", "cluster"],
    ["cluster", "deployment"],
    ["deployment", "set"],
    ["set", "machine"],
  ]) {
    expect(ordered.indexOf(before ?? "")).toBeLessThan(ordered.indexOf(after ?? ""));
  }
  expect(ordered[0]).toBe("namespace");
});

test("an owner that is not in the backup holds up nothing, and a circle of owners ends", () => {
  const stray = thing("Machine", "stray", "gone");
  const [one, other] = [thing("Machine", "one", "other"), thing("Machine", "other", "one")];
  expect(uids(restoreOrder([stray, one, other])).sort()).toEqual(["one", "other", "stray"]);
});
