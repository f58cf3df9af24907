/**
 * How much of a control plane runs: all, as always; etcd alone, so that nothing is written to it while it is put back;
 * or nothing. What is rendered stays the same but for the number of replicas.
 */
export const planeModes = ["Running", "EtcdOnly", "Stopped"] as const;
export type PlaneMode = (typeof planeModes)[number];
