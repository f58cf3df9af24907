/**
 * Annotation of a HostedCluster: with `true` the newest good Backup is restored by itself where nothing at all is left of
 * etcd's data. Whatever was written since that backup is gone then, so nobody does it unasked.
 */
export const restoreWhenLostAnnotation = "recovery.roost.dev/restore-when-lost";
