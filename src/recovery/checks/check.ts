import type { EtcdClient } from "../../etcd/etcd-client.ts";
import type { ExecCall, ExecEnded } from "../../kube/exec-in-pod.ts";
import type { Kube } from "../../kube/kube.ts";

/** What came of a check: nothing is passed over in silence, so what could not be tried is said as well. */
export interface Finding {
  result: "passed" | "failed" | "skipped";
  /** What was found, in a sentence. */
  message: string;
}

/** One thing that has to be so in a hosted cluster that works. It only looks, and leaves nothing behind. */
export interface Check {
  /** For programs, and for asking for it alone. */
  name: string;
  /** For people. */
  title: string;
  /** What it asks; without that it cannot be tried. `nodes` are asked by way of the API, as is what runs on them. */
  asks: "etcd" | "api" | "nodes";
  run: (facts: CheckFacts) => Promise<Finding>;
}

/** What checks are given. */
export interface CheckFacts {
  etcd: AskedEtcd;
  hosted: AskedCluster;
  /** A service account token that was issued a while ago. */
  keptToken?: KeptToken;
  /** How many objects there should be of each `<group>/<resource>`, where that is known. */
  objectCounts?: Record<string, number>;
  now: () => Date;
  signal: AbortSignal;
}

export interface AskedEtcd {
  client: EtcdClient;
  /** The host of each member that there should be. */
  hosts: Record<string, string>;
  /** What is on record of it. */
  record?: { clusterID: string; members: Record<string, { id: string }> };
  /** The highest revision on record. */
  highestRevision?: number;
}

export interface AskedCluster {
  /** As an administrator of it. */
  kube: Kube;
  /** Runs a command in a pod and resolves however it ends; rejects where it cannot be run. */
  exec: (call: ExecCall) => Promise<ExecEnded>;
}

export interface KeptToken {
  token: string;
  issuedAt: string;
  /** Of the account `default` in kube-system that it is of, where that is known. */
  accountUID?: string;
}

export const passed = (message: string): Finding => ({ result: "passed", message });
export const failed = (message: string): Finding => ({ result: "failed", message });
export const skipped = (message: string): Finding => ({ result: "skipped", message });
