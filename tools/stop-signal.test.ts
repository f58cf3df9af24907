import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

/** Says when it listens, and each time that it was told to stop; ends by itself once its stdin does. */
const program = `
import { stopSignal } from ${JSON.stringify(join(import.meta.dirname, "stop-signal.ts"))};
const signal = stopSignal();
signal.addEventListener("abort", () => console.log("stopping"));
process.stdin.on("end", () => console.log("put back")).resume();
console.log("ready");
`;

test.each(["SIGTERM", "SIGINT"] as const)(
  "what is told twice to stop (%s) puts back what it changed",
  async (name) => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const ended = once(child, "close");
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const says = (words: string) => vi.waitUntil(() => said.includes(words), { timeout: 30_000 });
    await says("ready");
    child.kill(name);
    await says("stopping");
    child.kill(name);
    child.stdin.end();
    expect(await ended).toEqual([0, null]);
    expect(said).toContain("put back");
  },
  90_000,
);
