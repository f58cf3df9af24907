/** The name of the machine with an environment's S3 store. */
export const s3Machine = "s3";
