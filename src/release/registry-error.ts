/** Why an image could not be read or written, in the words of a condition's reason. */
export type RegistryErrorReason =
  | "InvalidImageReference"
  | "RegistryUnreachable"
  | "ImageNotFound"
  | "Unauthorized"
  | "UnexpectedAnswer"
  | "NotAReleaseImage";

/** An image could not be read or written; the message is one sentence for the user and holds no secret. */
export class RegistryError extends Error {
  readonly reason: RegistryErrorReason;

  constructor(reason: RegistryErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RegistryError";
    this.reason = reason;
  }
}
