import { ConnectionCut } from "./connection-cut.ts";
import type { Log } from "./controller.ts";

const levels = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof levels)[number];

/** A log of one JSON object per line: time, level, message, and the fields. Errors become their message and causes. */
export function createLog(options: {
  write: (line: string) => void;
  level?: Level;
  now?: () => Date;
  fields?: object;
}): Log {
  const { write, level = "info", now = () => new Date(), fields = {} } = options;
  const at = (name: Level) => (own: object, message: string) => {
    if (levels.indexOf(name) < levels.indexOf(level)) return;
    const line = { time: now().toISOString(), level: name, message, ...fields, ...own };
    write(`${JSON.stringify(line, (_, value) => (value instanceof Error ? told(value) : value))}\n`);
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (own) => createLog({ ...options, fields: { ...fields, ...own } }),
  };
}

/** The sentence, and what is known besides: of a cut connection, its age. */
function told(error: Error): string {
  const details = detailsOf(error);
  return details ? `${sentenceOf(error)} [${details}]` : sentenceOf(error);
}

function detailsOf(error: unknown): string | undefined {
  if (error instanceof ConnectionCut) return error.details;
  return error instanceof Error ? detailsOf(error.cause) : undefined;
}

/** A log that drops everything. */
export const noLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => noLog,
};

/** An error's message, followed by those of its causes that say something new. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!error.cause) return error.message;
  const cause = sentenceOf(error.cause);
  return error.message.includes(cause) ? error.message : `${error.message} (${cause})`;
}
