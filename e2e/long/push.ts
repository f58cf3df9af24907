import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt, type Ended, hcp } from "../shell.ts";
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
    const quickstart = (...words: string[]) =>
      attempt("env", [`XDG_CACHE_HOME=${cache}`, `PATH=${path}`, "./hcp", "quickstart", ...environment, ...words]);
    try {
      const rows = [
        await observe("a quick start with an empty cache and no Go", context, () => quickstart("--release", byTag)),
        await observe("the same again, without a word of where it came from", context, () => quickstart()),
      ];
      await quickstart("--down");
      const known = byDigest.replace(registry, "registry.gone.test:5000");
      const again = "taken down, then made of what the cache has, the registry being gone";
      return [...rows, await observe(again, context, () => quickstart("--release", known))];
    } finally {
      await attempt("env", [`XDG_CACHE_HOME=${cache}`, "./hcp", "local", "down", "--cache", ...environment]);
      await rm(cache, { recursive: true, force: true });
    }
  },
};
export default test;

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
