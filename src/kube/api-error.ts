interface StatusBody {
  reason?: string;
  message?: string;
  details?: { retryAfterSeconds?: number; causes?: { field?: string; message?: string; reason?: string }[] };
}

/** The API server's refusal of a request, in its own words. `status` is the HTTP status, `reason` such as `NotFound`. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  /** What the server said, without what was asked. */
  readonly answer: string;
  /** For refusals of a field: which, and why. */
  readonly causes: { field?: string; message?: string; reason?: string }[];

  constructor(asked: string, status: number, body: string) {
    const parsed = parse(body);
    const answer = (parsed?.message ?? body.trim()) || `HTTP status ${status}`;
    super(`Could not ${asked}: ${answer.replace(/\s*\n\s*/g, " ")}`);
    this.name = "ApiError";
    this.status = status;
    this.reason = parsed?.reason || reasonOf(status);
    this.answer = answer;
    this.causes = parsed?.details?.causes ?? [];
  }
}

/** The API server does not serve the kind, if only for a moment: that says nothing about its objects. */
export class NotServed extends ApiError {}

/** True for the API server's answer "there is no such object". */
export const isNotFound = (error: unknown) =>
  error instanceof ApiError && error.status === 404 && !(error instanceof NotServed);

/** True where the API server does not serve the kind. */
export const isNotServed = (error: unknown) => error instanceof NotServed;

/** True where the object changed since it was read. */
export const isConflict = (error: unknown) =>
  error instanceof ApiError && error.status === 409 && error.reason !== "AlreadyExists";

/** True where an object of that name is there already. */
export const isAlreadyExists = (error: unknown) => error instanceof ApiError && error.reason === "AlreadyExists";

/** True where the API server refuses the content of an object. */
export const isInvalid = (error: unknown) => error instanceof ApiError && error.status === 422;

/** True where the client's user may not do that. */
export const isForbidden = (error: unknown) => error instanceof ApiError && error.status === 403;

function parse(body: string): StatusBody | undefined {
  if (!body.startsWith("{")) return undefined;
  try {
    return JSON.parse(body) as StatusBody;
  } catch {
    return undefined;
  }
}

function reasonOf(status: number): string {
  const known: Record<number, string> = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    410: "Expired",
    422: "Invalid",
    429: "TooManyRequests",
    503: "ServiceUnavailable",
  };
  return known[status] ?? "InternalError";
}
