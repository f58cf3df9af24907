/** What controllers need to know that work with backups. */
export interface RecoveryOptions {
  /** Where the operator runs, and the jobs that work on backups. */
  operatorNamespace: string;
  /** The release's image `recovery`; none where an older release gave the operator's images. */
  recoveryImage?: string;
}
