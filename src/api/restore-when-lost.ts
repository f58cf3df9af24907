/**
 * Annotation of a HostedCluster: with `true` the newest good Backup is restored by itself where nothing at all is left of
 * etcd's data. Whatever was written since that backup is gone then, so nobody does it unasked.
 */
export const restoreWhenLostAnnotation = "recovery.roost.dev/restore-when-lost";
/**
 * Annotation of a HostedCluster: since when all of etcd's data was lost when somebody asked for a Restore. For this loss
 * none is made unasked any more, also where that Restore was deleted.
 */
export const restoreAskedAnnotation = "recovery.roost.dev/restore-asked";
