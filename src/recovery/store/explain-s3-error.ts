import { StoreError, type StoreErrorReason } from "./store-error.ts";

/** Where it was tried, for the message. */
export interface Tried {
  endpoint: string;
  bucket: string;
  /** "write clusters/demo/one/snapshot.db" */
  what: string;
}

/** What failed, and how the sentence goes on behind "Cannot <what> ...: ". */
interface Cause {
  reason: StoreErrorReason;
  found: string;
  advice: string;
}

const untrusted: Cause = {
  reason: "CertificateNotTrusted",
  found: "its certificate is signed by no authority that is trusted here",
  advice: "give the location the store's authority",
};
const badCertificate = (found: string): Cause => ({
  reason: "CertificateNotTrusted",
  found,
  advice: "give the store another certificate, or use the name that is in it",
});
const refused = (found: string): Cause => ({
  reason: "CredentialsRefused",
  found,
  advice: "look at the location's credentials and what they may do with the bucket",
});
const unreachable = (found: string): Cause => ({
  reason: "StoreUnreachable",
  found,
  advice: "look at the endpoint, at the network and at whether the store runs",
});

/** By the code of a connection's error, or the name of S3's. */
const causes: Record<string, Cause> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: badCertificate("its certificate has expired"),
  ERR_TLS_CERT_ALTNAME_INVALID: badCertificate("its certificate is for another name"),
  ECONNREFUSED: unreachable("the connection was refused"),
  ECONNRESET: unreachable("the connection was cut"),
  EPIPE: unreachable("the connection was cut"),
  ENOTFOUND: unreachable("its host name is not known"),
  EAI_AGAIN: unreachable("its host name could not be looked up"),
  ETIMEDOUT: unreachable("there was no answer in time"),
  EHOSTUNREACH: unreachable("there is no route to it"),
  ENETUNREACH: unreachable("there is no route to it"),
  EPROTO: unreachable("what answers there does not speak TLS"),
  TimeoutError: unreachable("there was no answer in time"),
  RequestTimeout: unreachable("there was no answer in time"),
  NoSuchBucket: {
    reason: "BucketNotFound",
    found: "there is no such bucket",
    advice: "make it, or name another one in the location",
  },
  InvalidAccessKeyId: refused("it does not know the access key"),
  // versitygw's name for it.
  XAdminUserNotFound: refused("it does not know the access key"),
  SignatureDoesNotMatch: refused("the secret key is not that of the access key"),
  AccessDenied: refused("the credentials do not allow it"),
  Forbidden: refused("the credentials do not allow it"),
  ExpiredToken: refused("the credentials have expired"),
  InvalidToken: refused("the session token is not valid"),
  RequestTimeTooSkewed: {
    reason: "StoreFailed",
    found: "its clock and the one here are too far apart",
    advice: "set them right",
  },
  PermanentRedirect: {
    reason: "InvalidLocation",
    found: "the bucket is in another region",
    advice: "name that region in the location",
  },
};

/**
 * A failed call of the AWS SDK as one sentence. What the store says itself is left out: some stores put the access key
 * into it.
 */
export function explainS3Error(error: unknown, { endpoint, bucket, what }: Tried): Error {
  if (error instanceof StoreError) return error;
  const { name, code, $metadata } = error as Error & { code?: string; $metadata?: { httpStatusCode?: number } };
  if (name === "AbortError") return error as Error;
  const status = $metadata?.httpStatusCode;
  const cause =
    causes[codeOf(error)] ?? causes[name] ?? (status === 403 || status === 401 ? causes.Forbidden : undefined);
  const { reason, found, advice }: Cause = cause ?? {
    reason: "StoreFailed",
    found: `it answers ${[status, code ?? name].filter(Boolean).join(" ")}`,
    advice: "look at the store",
  };
  return new StoreError(reason, `Cannot ${what} in the bucket ${bucket} at ${endpoint}: ${found}; ${advice}.`, {
    cause: error,
  });
}

/** The code of a connection's error; of several tries, of the first. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === "string") return code;
  return cause instanceof Error ? codeOf(cause) : "";
}
