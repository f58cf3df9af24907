const words: Record<string, string> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "its host name is not known",
  EAI_AGAIN: "its host name could not be looked up",
  ETIMEDOUT: "no answer in time",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by no authority that is trusted here",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by no authority that is trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by no authority that is trusted here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is signed by no authority that is trusted here",
  CERT_HAS_EXPIRED: "its certificate has expired",
};

/** The API server could not be reached at all; the message names it and says why in one sentence. */
export class ConnectionError extends Error {
  readonly server: string;

  constructor(server: string, cause: unknown) {
    const why = words[codeOf(cause)] ?? (cause instanceof Error ? cause.message : String(cause));
    super(`The API server ${server} does not answer: ${why}`, { cause });
    this.name = "ConnectionError";
    this.server = server;
  }
}

function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}
