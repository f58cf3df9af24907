import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt, type Ended, hcp, start } from "../shell.ts";
import type { LongTest, LongTestContext, Observed } from "./long-test.ts";

const registry = "registry.roost.test:5000";
const environment = ["--environment", "pushed"];
/** Where Debian's own programs are, and a Go that people install is not. */
const path = "/usr/sbin:/usr/bin:/sbin:/bin";

/** A quick start of another environment, which takes everything from the registry of the first. */
const test: LongTest = {
  title: "a quick start from a pushed release compiles nothing, and needs its registry once",
  async run(context) {
    const { stdout: go } = await attempt("env", [`PATH=${path}`, "sh", "-c", "command -v go || true"]);
    if (go) throw new Error(`${go.trim()} is there, so that this would not be seen to work without Go`);
    const [byTag = "", byDigest = ""] = (await hcp("release", "push", "--registry", registry)).split("\n");
    const cache = await mkdtemp(join(tmpdir(), "roost-pushed-"));
    const variables = [`XDG_CACHE_HOME=${cache}`, `PATH=${path}`];
    const quickstart = async (...words: string[]) => {
      const running = start("env", [...variables, "./hcp", "quickstart", ...environment, ...words]);
      context.signal.addEventListener("abort", running.kill, { once: true });
      return await running.ended.finally(() => context.signal.removeEventListener("abort", running.kill));
    };
    try {
      const rows = [
        await observe("a quick start with an empty cache and no Go", context, () => quickstart("--release", byTag)),
        await observe("the same again, without a word of where it came from", context, () => quickstart()),
      ];
      mustEndWell("quickstart --down", await quickstart("--down"));
      await checkGone(variables);
      const known = byDigest.replace(registry, "registry.gone.test:5000");
      const again = "taken down, then made of what the cache has, the registry being gone";
      return [...rows, await observe(again, context, () => quickstart("--release", known))];
    } finally {
      const words = ["local", "down", "--cache", ...environment];
      mustEndWell(words.join(" "), await attempt("env", [...variables, "./hcp", ...words]));
      await checkGone(variables);
      // Not before: machines that were left would lose their disks.
      await rm(cache, { recursive: true, force: true });
    }
  },
};
export default test;

function mustEndWell(command: string, { status, stdout, stderr }: Ended): void {
  if (status !== 0) throw new Error(`hcp ${command} ended with ${status}; do it by hand:\n${stdout}${stderr}`);
}

async function checkGone(variables: string[]): Promise<void> {
  const { status, stdout, stderr } = await attempt("env", [...variables, "./hcp", "local", "status", ...environment]);
  if (status !== 0 && stderr.includes("is not up")) return;
  throw new Error(`The environment is still there after it was taken down; look at it:\n${stdout}${stderr}`);
}

async function observe(fault: string, { say, signal }: LongTestContext, work: () => Promise<Ended>): Promise<Observed> {
  signal.throwIfAborted();
  const began = performance.now();
  const { status, stdout, stderr } = await work();
  const healedInMs = performance.now() - began;
  say(`${fault}: ended with ${status}`);
  const failure = failureOf(status, stdout, stderr);
  if (failure) say(`${stdout}${stderr}`);
  return { fault, healedInMs, failure };
}

function failureOf(status: number, stdout: string, stderr: string): string | undefined {
  if (status !== 0) return `it ended with ${status}`;
  if (/compiling|downloading sources|retrieving/.test(stderr)) return "it built something";
  if (!/API +https:\/\/api-demo\.pushed\.roost\.test:\d+/.test(stdout)) return "it does not name its own API";
  return /Nodes +host-1, host-2/.test(stdout) ? undefined : "it does not name two nodes";
}
