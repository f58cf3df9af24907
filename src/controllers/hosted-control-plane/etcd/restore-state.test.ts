import { expect, test } from "vitest";
import { hopeless, restoreState } from "./restore-state.ts";

const says = (text: string) => ({ "etcd-0": { problem: "", isEmpty: false, says: text } });

test.each([
  ["fetch 22 403", "its address is refused (403): it is wrong or has expired; restoreSnapshotURL cannot be changed"],
  ["fetch 22 404", "nothing lies at its address (404); restoreSnapshotURL cannot be changed, so delete"],
  ["fetch 22 503", "the server of its address has trouble (503); it is tried again and again"],
  ["fetch 6 000", "the host name of its address is not known; it is tried again and again"],
  ["fetch 60 000", "signed by nobody that is trusted: name the authority in spec.additionalTrustBundle"],
  ["fetch 23 200", "enlarge the PersistentVolumeClaim data-etcd-0; it is tried again and again"],
  ["fetch 1 302", "points to one that is not https://"],
  ["fetch 99 000", "its address cannot be read (curl ended with 99)"],
  ["unfinished", "has no checksum"],
  ["damaged", "does not fit its checksum"],
  ["sha256", "another file than the one asked for"],
  ["full", "enlarge the PersistentVolumeClaim data-etcd-0; it is tried again and again"],
  ["etcdutl 137", "etcdutl ended with 137, and the log of the pod etcd-0 tells more; it is tried again and again"],
  ["failed", "its volume cannot be written"],
  ["address", "its address is not there yet"],
])("a member that says %s cannot restore the snapshot for a reason that people understand", (words, message) => {
  const state = restoreState(says(`restoring first failed in try 2: ${words}`));
  expect(state?.reason).toBe("EtcdRestoreFailed");
  expect(state?.message).toMatch(/^etcd-0 cannot restore the snapshot: /);
  expect(state?.message).toContain(message);
});

test("a later restore is not mended by a new HostedCluster", () => {
  expect(restoreState(says("restoring r-1 failed: damaged"))?.message).toMatch(/; restore another one$/);
});

test("members that restore nothing say nothing of it", () => {
  expect(restoreState(says("no data"))).toBeUndefined();
  expect(restoreState(says("restoring first"))).toMatchObject({ reason: "EtcdRestoring" });
  expect(restoreState(undefined)).toBeUndefined();
});

test("a member that has tried long enough is not waited for any longer, and what passes by itself is given more time", () => {
  const tried = (tries: number, problem: string) =>
    hopeless("r-1", says(`restoring r-1 failed in try ${tries}: ${problem}`));
  expect([tried(11, "fetch 28 000"), tried(2, "sha256")]).toEqual([undefined, undefined]);
  expect(tried(12, "fetch 28 000")).toMatch(/does not answer in time; it was tried 12 times$/);
  expect(tried(3, "sha256")).toMatch(/another file than the one asked for \(sha256\); restore another one$/);
  // What it said of another one, or before tries were told, is nothing to go by.
  expect(hopeless("r-2", says("restoring r-1 failed in try 12: sha256"))).toBeUndefined();
  expect(hopeless("r-1", says("restoring r-1 failed: sha256"))).toBeUndefined();
  expect(hopeless("r-1", says("restoring r-1"))).toBeUndefined();
});
