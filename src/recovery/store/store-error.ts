/** Why a store did not do what it was asked, in the words of a condition's reason. */
export type StoreErrorReason =
  | "NotInStore"
  | "InvalidLocation"
  | "VolumeNotThere"
  | "StoreFull"
  | "BucketNotFound"
  | "CredentialsRefused"
  | "CertificateNotTrusted"
  | "StoreUnreachable"
  | "ObjectDamaged"
  | "WrongKey"
  | "StoreFailed";

/** A store did not do what it was asked; the message is one sentence for the user and holds no secret. */
export class StoreError extends Error {
  readonly reason: StoreErrorReason;

  constructor(reason: StoreErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreError";
    this.reason = reason;
  }
}
