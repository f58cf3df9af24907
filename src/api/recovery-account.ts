/** The ServiceAccount in the operator's namespace of the jobs that work on backups. */
export const recoveryAccount = "recovery";
