import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { runProcess } from "../../src/release/run-process.ts";
import type { SuiteReport, SuiteRun } from "../../tools/conformance-rows.ts";
import { imageFolder } from "./push-images.ts";

/** How Kubernetes' own suite is run. */
export interface Suite {
  /** The programs ginkgo and e2e.test. */
  ginkgo: string;
  e2e: string;
  /** The folder with kubectl, which some specs call. */
  programs: string;
  registry: string;
  /** Where the report and what was printed go. */
  folder: string;
}

/** The names of the images that the suite takes from the registry. */
export async function imagesOf(suite: Suite): Promise<string[]> {
  const words = [`KUBE_TEST_REPO_LIST=${await repositories(suite)}`, suite.e2e, "--list-images"];
  return (await runProcess("env", words)).split("\n").filter((name) => name.startsWith(`${suite.registry}/`));
}

interface Run {
  kubeconfig: string;
  /** Processes that run specs at the same time; specs that must be alone come after the others. */
  processes: number;
  /** Gets the name of each spec that failed. */
  onFailure: (spec: string) => void;
  signal: AbortSignal;
}

/** Runs all of [Conformance] and gives ginkgo's report. */
export async function runSuite(suite: Suite, { kubeconfig, processes, onFailure, signal }: Run): Promise<SuiteRun> {
  const report = join(suite.folder, "report.json");
  // That of a former run would pass for this one's, where this one ends before it writes its own.
  await rm(report, { force: true });
  const printed = createWriteStream(join(suite.folder, "output.log"));
  const child = spawn(
    suite.ginkgo,
    [
      ...[
        "--focus=\\[Conformance\\]",
        `--procs=${processes}`,
        "--timeout=4h",
        "--no-color",
        "--silence-skips",
        `--json-report=${report}`,
      ],
      ...[suite.e2e, "--", "--provider=skeleton", `--kubeconfig=${kubeconfig}`],
    ],
    {
      cwd: suite.folder,
      signal,
      // It lets specs clean up.
      killSignal: "SIGINT",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PATH: `${suite.programs}:${process.env.PATH}`,
        KUBE_TEST_REPO_LIST: await repositories(suite),
      },
    },
  );
  child.stdout.pipe(printed);
  child.stderr.pipe(printed);
  let failing = false;
  createInterface({ input: child.stdout }).on("line", (line) => {
    // The spec's name is on the line below.
    if (failing) onFailure(`failed: ${line}`);
    failing = /^• \[(FAILED|PANICKED|TIMEDOUT)\]/.test(line);
  });
  const ended = await new Promise<number | string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve(status ?? signal ?? "no status"));
  });
  const text = await readFile(report, "utf8").catch(({ message }: Error) => {
    throw new Error(`The suite has no report, as ginkgo ended with ${ended}; see output.log beside it: ${message}`);
  });
  return { reports: JSON.parse(text) as SuiteReport[], ended };
}

/** The file that says where the suite's images are instead of upstream's registry. */
async function repositories({ registry, folder }: Suite): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "repositories.yaml");
  const names = ["promoterE2eRegistry", "gcRegistry", "gcEtcdRegistry"];
  await writeFile(path, names.map((name) => `${name}: ${registry}/${imageFolder}\n`).join(""));
  return path;
}
