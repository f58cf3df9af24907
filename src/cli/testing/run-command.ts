import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Kube } from "../../kube/kube.ts";
import { createOut } from "../out.ts";
import { runCli } from "../run-cli.ts";

interface CommandResult {
  status: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a line of `hcp` in this process, in a folder of its own with these files, which goes again, against `kube` where one is given.
 * What is random is zero, so that the same line always prints the same.
 */
export async function runCommand(
  line: string[],
  { files = {}, kube }: { files?: Record<string, string>; kube?: Kube } = {},
): Promise<CommandResult> {
  const cwd = mkdtempSync(join(tmpdir(), "hcp-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  writeFileSync(join(cwd, "kubeconfig"), "");
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) =>
    ({
      isTTY: false,
      write: (text: string) => {
        written[name] += text;
        return true;
      },
    }) as unknown as NodeJS.WriteStream;
  const now = () => new Date("2026-01-01T00:00:00Z");
  try {
    const status = await runCli(line, {
      folder: fileURLToPath(new URL("..", import.meta.url)),
      out: createOut({ stdout: stream("stdout"), stderr: stream("stderr"), now }),
      signal: new AbortController().signal,
      facts: {
        root: fileURLToPath(new URL("../../..", import.meta.url)),
        cwd,
        home: cwd,
        variables: { KUBECONFIG: "kubeconfig" },
        now,
        random: (bytes) => Buffer.alloc(bytes),
        stdin: () => "",
      },
      connect: () => {
        if (!kube) throw new Error("This test has no management cluster");
        return new Proxy(kube, {
          get: (target, name) => (name === "close" ? () => {} : bound(target, name as keyof Kube)),
        });
      },
    });
    return { status, ...written };
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

function bound(kube: Kube, name: keyof Kube): unknown {
  const value = kube[name];
  return typeof value === "function" ? value.bind(kube) : value;
}
