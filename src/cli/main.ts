// The program `hcp`. Only here are the environment, the streams and the exit status of the process touched.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createOut } from "./out.ts";
import { runCli } from "./run-cli.ts";

const folder = dirname(fileURLToPath(import.meta.url));
const stop = new AbortController();
let interrupts = 0;
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    stop.abort();
    // Work that does not listen to the signal must not hold the user up: the second Ctrl-C ends the process.
    if (++interrupts > 1) process.exit(130);
  });
}
// A reader that has seen enough (`hcp get clusters | head -1`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(
    `Error: Cannot write the output: ${error.code === "ENOSPC" ? "the disk is full" : error.message}\n`,
  );
  process.exit(1);
});
process.stderr.on("error", () => process.exit(1));

process.exitCode = await runCli(process.argv.slice(2), {
  folder,
  out: createOut({ stdout: process.stdout, stderr: process.stderr, now: () => new Date() }),
  signal: stop.signal,
  facts: {
    root: join(folder, "..", ".."),
    cwd: workingFolder(),
    home: homedir(),
    variables: process.env,
    now: () => new Date(),
    random: randomBytes,
    stdin: () => readFileSync(0, "utf8"),
  },
  connect: async (path) => {
    const { createKube } = await import("../kube/create-kube.ts");
    return createKube({ path, fieldManager: "hcp", userAgent: "hcp", environment: process.env });
  },
});

/** A shell may stand in a folder that somebody removed meanwhile; only paths relative to it then lead nowhere. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return "/";
  }
}
