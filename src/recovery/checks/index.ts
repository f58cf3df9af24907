import type { Check } from "./check.ts";
import { dns } from "./dns.ts";
import { etcdHash } from "./etcd-hash.ts";
import { etcdMembers } from "./etcd-members.ts";
import { etcdRevision } from "./etcd-revision.ts";
import { exec } from "./exec.ts";
import { logs } from "./logs.ts";
import { nodeHeartbeats } from "./node-heartbeats.ts";
import { objectCounts } from "./object-counts.ts";
import { oldToken } from "./old-token.ts";
import { secretsReadable } from "./secrets-readable.ts";
import { webhooks } from "./webhooks.ts";

/** The proof that a hosted cluster works, from its data up to its nodes. */
export const checks: readonly Check[] = [
  etcdMembers,
  etcdHash,
  etcdRevision,
  objectCounts,
  secretsReadable,
  oldToken,
  nodeHeartbeats,
  logs,
  exec,
  dns,
  webhooks,
];

/** What can be proved of a control plane that no node reaches. */
export const checksWithoutNodes: readonly string[] = checks
  .filter(({ asks }) => asks !== "nodes")
  .map(({ name }) => name);
