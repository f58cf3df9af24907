import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../shell.ts";
import type { LongTest, Observed } from "./long-test.ts";

const size = "10";

/** What the figures are is not judged here. */
const test: LongTest = {
  title: "the bench of backup and restore still measures",
  async run({ say }) {
    const folder = await mkdtemp(join(tmpdir(), "roost-bench-recovery-"));
    const json = join(folder, "bench.json");
    try {
      const words = ["bench", "--", "recovery", "--sizes", size, "--rounds", "1", "--json", json];
      say(await run("npm", ["run", "--silent", ...words]));
      return [observed(JSON.parse(await readFile(json, "utf8")))];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
export default test;

type Figures = Record<"ratios" | "seconds" | "snapshot_mb" | "rpo_seconds", Record<string, Record<string, number>>>;

function observed({ ratios, seconds, snapshot_mb, rpo_seconds }: Figures): Observed {
  const figures = { ...ratios, ...seconds, ...snapshot_mb };
  const missing = Object.entries(figures).filter(([, bySize]) => !((bySize[size] ?? 0) > 0));
  const lost = rpo_seconds.fresh_backup?.[size];
  const names = [...missing.map(([name]) => name), ...(lost === undefined ? ["fresh_backup"] : [])];
  return {
    fault: `${size} MB put back in place, beside bare programs`,
    outageMs: (seconds.write_gap?.[size] ?? 0) * 1000,
    healedInMs: (seconds.restore_to_proven?.[size] ?? 0) * 1000,
    ...(names.length > 0 && { failure: `these were not measured: ${names.join(", ")}` }),
  };
}
