import { expect, test } from "vitest";
import type { Pod } from "../../../kube/kinds.ts";
import { damagedMembers } from "./damaged-members.ts";

const pod = (message: string, restartCount = 3, state: object = { waiting: { reason: "CrashLoopBackOff" } }): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "etcd-1" },
  status: {
    containerStatuses: [
      {
        name: "etcd",
        image: "",
        imageID: "",
        ready: false,
        restartCount,
        state,
        lastState: { terminated: { exitCode: 2, message } },
      },
    ],
  },
});

const damage =
  '{"level":"panic","msg":"failed to open database","path":"/var/lib/data/member/snap/db","error":"invalid database"}';

test.each([
  damage,
  '{"level":"fatal","msg":"discovery failed","error":"walpb: crc mismatch"}',
  '{"level":"fatal","msg":"failed to read WAL, cannot be repaired","error":"wal: max entry size limit exceeded"}',
  "panic: freepages: failed to get all reachable pages (page 4: multiple references)",
  '{"level":"fatal","msg":"discovery failed","error":"3a found data inconsistency with peers"}',
])("a member that ends with %s is damaged", (message) => {
  expect(damagedMembers([pod(message)])).toEqual(["etcd-1"]);
});

test.each<[string, Pod]>([
  ["ended for another reason", pod('{"level":"fatal","msg":"discovery failed","error":"no route to host"}')],
  ["ended once", pod(damage, 1)],
  ["runs again", pod(damage, 3, { running: { startedAt: "2026-01-31T18:00:00Z" } })],
  ["has no pod that ran", { apiVersion: "v1", kind: "Pod", metadata: { name: "etcd-1" } }],
])("a member that %s is not", (_, found) => {
  expect(damagedMembers([found])).toEqual([]);
});
