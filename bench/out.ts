import { createOut } from "../src/cli/out.ts";

/** The terminal. */
export const out = createOut({ stdout: process.stdout, stderr: process.stderr, now: () => new Date() });
