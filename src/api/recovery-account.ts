/** The ServiceAccount in the operator's namespace of the jobs that make backups and put clusters back. */
export const recoveryAccount = "recovery";
/** The same of those that only look at what is stored, or delete it, and tell what they found. */
export const storeAccount = "recovery-store";
/** The same of those that make a cluster's objects again, and remove what they made. */
export const objectsAccount = "recovery-objects";
