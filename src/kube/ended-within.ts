import type { Readable } from "node:stream";

/** The stream, which is ended after that time where its source did not do so: perhaps there is none any more. */
export function endedWithin<S extends Readable>(stream: S, ms: number): S {
  const timer = setTimeout(() => stream.destroy(new Error(`the server did not end it within ${ms / 1000} s`)), ms);
  // What is left open keeps no process from ending.
  timer.unref();
  stream.once("close", () => clearTimeout(timer));
  return stream;
}
