// Runs the tests: all of them, or with --unit, --api-server, --e2e those of that kind. Further words are passed on to
// vitest, such as the path of a folder. The last line on stdout says how many passed and failed.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "../src/cli/release/cache-folder.ts";
import { installPackages } from "../src/local/install-packages.ts";
import { buildRequirements, localRequirements } from "../src/local/requirements.ts";
import { describeProgress, ensurePrograms } from "../src/release/payload.ts";
import { releaseRequirements } from "../src/release/requirements.ts";
import { closingLine, countTests, sumCounts, type TestCounts, type VitestReport } from "./count-tests.ts";

const root = join(import.meta.dirname, "..");
const kinds = ["unit", "api-server", "e2e"];
const words = process.argv.slice(2);
const chosen = kinds.filter((kind) => words.includes(`--${kind}`));
const wanted = chosen.length > 0 ? chosen : kinds;
const passedOn = words.filter((word) => !kinds.includes(word.replace(/^--/, "")));

/** Debian packages that only tests use: a registry, and the validator of machine configurations. */
const testRequirements = ["docker-registry", "ignition"];

const counts: TestCounts[] = [];
try {
  if (wanted.some((kind) => kind !== "unit")) await prepare();
  for (const kind of wanted) counts.push(await run(kind));
} catch (error) {
  // Not skipped: tests that could not be run have not passed.
  console.error(`Could not prepare this machine for the tests: ${error instanceof Error ? error.message : error}`);
  counts.push({ passed: 0, failed: 1, skipped: 0 });
}
const total = sumCounts(counts);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
console.log(closingLine(total));

/** What a test against real programs needs: Debian packages and the compiled payload. */
async function prepare(): Promise<void> {
  const packages = [...releaseRequirements, ...testRequirements];
  if (wanted.includes("e2e")) packages.push(...Object.keys({ ...localRequirements, ...buildRequirements }));
  await installPackages(packages, {
    onMissing: (names) => console.log(`Installing Debian packages: ${names.join(" ")}`),
  });
  const cache = cacheFolder({ variables: process.env, home: homedir() });
  let printedAt = 0;
  for (const module of ["etcd", "1.34", "1.33"]) {
    await ensurePrograms({
      root,
      cache,
      module,
      onProgress(progress) {
        if (progress.phase !== "ready" && Date.now() - printedAt < 10_000) return;
        printedAt = Date.now();
        console.log(describeProgress(progress));
      },
    });
  }
}

async function run(project: string): Promise<TestCounts> {
  const folder = await mkdtemp(join(tmpdir(), "roost-tests-"));
  const report = join(folder, "report.json");
  console.log(`\nTests: ${project}`);
  // With the star also the projects that try the same on another release, such as api-server-1.33.
  const status = await vitest([
    "run",
    "--project",
    `${project}*`,
    // A folder that was asked for need not have tests of every kind; a whole run without some kind is a mistake.
    ...(passedOn.length > 0 ? ["--passWithNoTests"] : []),
    ...outputTo(report),
    ...passedOn,
  ]);
  const text = await readFile(report, "utf8").catch(() => undefined);
  await rm(folder, { recursive: true });
  const counts = text ? countTests(JSON.parse(text) as VitestReport) : { passed: 0, failed: 0, skipped: 0 };
  // An error outside all tests, such as a setup that fails, is in no file of the report.
  if (status !== 0 && counts.failed === 0) counts.failed++;
  return counts;
}

function outputTo(file: string): string[] {
  return ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
}

function vitest(args: string[]): Promise<number> {
  const program = join(root, "node_modules", "vitest", "vitest.mjs");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: root, stdio: "inherit" });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
