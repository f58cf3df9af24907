import { randomUUID } from "node:crypto";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Build, type CompilePlan, contentKey, planCompile } from "./compile-plan.ts";
import { readPayloadDescription } from "./payload-description.ts";
import { runProcess } from "./run-process.ts";
import { withLock } from "./with-lock.ts";

/** Where a compile stands. */
export interface CompileProgress {
  /** The folder under `payload/`. */
  module: string;
  phase: "waiting" | "downloading" | "compiling" | "linking" | "ready";
  /** Packages compiled (programs, where the phase is linking), and all of them that there were to do. */
  done: number;
  total: number;
  /** The package or module at hand. */
  current: string;
  /** Since the call. */
  seconds: number;
}

/** Compiled programs of one payload module. */
export interface Programs {
  /** Where they are: `bin/` with the programs, `share/` with files kept from their sources. */
  dir: string;
  /** The file of the program of that name. */
  path(program: string): string;
  names: string[];
}

export interface CompileOptions {
  /** The checkout. */
  root: string;
  /** Where results are kept, e.g. `~/.cache/roost`. */
  cache: string;
  /** The folder under `payload/`. */
  module: string;
  /** Its programs that no quick start needs, in place of the others. */
  later?: boolean;
  onProgress?: (progress: CompileProgress) => void;
  signal?: AbortSignal;
}

/**
 * The programs of a payload module, compiled where nobody did so before from the same inputs. Safe to call from
 * several processes at once; an interrupted compile goes on where it was, because Go keeps each compiled package.
 */
export async function ensurePrograms(options: CompileOptions): Promise<Programs> {
  const { root, cache, module, later, onProgress, signal } = options;
  const name = later ? `${module}-later` : module;
  const source = join(root, "payload", module);
  const goMod = await readGoMod(source, module);
  const goSum = await readFile(join(source, "go.sum"), "utf8").catch(() => "");
  const plan = planCompile(module, goMod, await readPayloadDescription(root), { later });
  const key = contentKey(plan, goMod, goSum, await runProcess("go", ["env", "GOVERSION", "GOOS", "GOARCH"]));
  const names = Object.values(plan.programs);
  const parent = join(cache, "payload");
  const dir = join(parent, `${name}-${key}`);
  const started = Date.now();
  const report = (phase: CompileProgress["phase"], done: number, total: number, current: string) =>
    onProgress?.({ module: name, phase, done, total, current, seconds: (Date.now() - started) / 1000 });
  if (names.length > 0 && !(await exists(dir))) {
    await mkdir(parent, { recursive: true });
    // One compile at a time on a machine: two at once take longer than one after the other.
    await withLock(
      join(parent, "compile.lock"),
      async () => {
        if (!(await exists(dir))) await compile(plan, { source, dir, report, signal });
      },
      { onWait: () => report("waiting", 0, 0, "another compile"), signal },
    );
  }
  if (names.length > 0) await pointTo(parent, name, `${name}-${key}`);
  report("ready", names.length, names.length, "");
  return {
    dir,
    names,
    path(program) {
      if (names.includes(program)) return join(dir, "bin", program);
      throw new Error(`payload/${name} has no program ${program}; it has ${names.join(", ")}.`);
    },
  };
}

/** One line for people: `compiling 1.34: 412 of 1630 packages (k8s.io/api/core/v1), 1m 12s`. */
export function describeProgress({ module, phase, done, total, current, seconds }: CompileProgress): string {
  const elapsed = `${seconds >= 60 ? `${Math.floor(seconds / 60)}m ` : ""}${Math.floor(seconds % 60)}s`;
  const what = {
    waiting: `waiting for ${current}`,
    downloading: `downloading sources of ${module}: ${current}`,
    compiling: `compiling ${module}: ${done} of ${total} packages (${current})`,
    linking: `linking ${module}: ${done} of ${total} programs`,
    ready: `${module} is ready`,
  }[phase];
  return `${what}, ${elapsed}`;
}

type Report = (phase: CompileProgress["phase"], done: number, total: number, current: string) => void;
interface Work {
  source: string;
  dir: string;
  report: Report;
  signal: AbortSignal | undefined;
}

async function compile(plan: CompilePlan, work: Work): Promise<void> {
  const { source, dir, report, signal } = work;
  await removeUnfinished(dirname(dir));
  const scratch = await mkdtemp(`${dir}.part-`);
  try {
    report("downloading", 0, 0, "module list");
    const out = join(scratch, "out");
    const builds = plan.builds.map((build) => ({ ...build, go: goCommand(plan, build, { source, signal }) }));
    const missing = new Set<string>();
    for (const { go, packages, test } of builds) {
      const listed = await go("list", ["-deps", ...(test ? ["-test"] : []), "-f", notCompiled, ...packages], (line) => {
        const name = /^go: downloading (.*)/.exec(line)?.[1];
        if (name) report("downloading", 0, 0, name);
      });
      for (const name of listed.split("\n").filter(Boolean)) missing.add(name);
    }
    const total = missing.size;
    const programs = Object.keys(plan.programs).length;
    if (total > 0) report("compiling", 0, total, "starting");
    const watch = setInterval(async () => {
      const linked = await readdir(out).catch(() => []);
      if (missing.size === 0) report("linking", linked.length, programs, linked.at(-1) ?? "starting");
    }, 1000);
    try {
      for (const { go, packages, test } of builds) {
        // `go test -c` does not say which packages it compiles.
        if (test) await go("test", ["-c", "-o", `${out}/`, ...packages]);
        else
          await go("build", ["-v", "-o", `${out}/`, ...packages], (line) => {
            if (missing.delete(line)) report("compiling", total - missing.size, total, line);
          });
      }
    } finally {
      clearInterval(watch);
    }
    await mkdir(join(scratch, "bin"));
    for (const [path, program] of Object.entries(plan.programs)) {
      await rename(join(out, await builtName(out, path)), join(scratch, "bin", program));
    }
    await rm(out, { recursive: true });
    await keepShared(plan, scratch, work);
    // mkdtemp's folder is for its owner only.
    await chmod(scratch, 0o755);
    await rename(scratch, dir);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

// Left by a compile that was killed; nobody else is compiling now.
async function removeUnfinished(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (name.includes(".part-")) await rm(join(parent, name), { recursive: true, force: true });
  }
}

// Go calls a package that is not installed stale, and says so in these words where its cache holds it compiled.
const notCompiled = `{{if and .Stale (ne .StaleReason "not installed but available in build cache")}}{{.ImportPath}}{{end}}`;

type GoCommand = (verb: string, args: string[], onLine?: (line: string) => void) => Promise<string>;

function goCommand(plan: CompilePlan, build: Build, { source, signal }: Pick<Work, "source" | "signal">): GoCommand {
  const flags = [...plan.flags, `-ldflags=${build.linkerFlags.join(" ")}`];
  // A fifth less time, for memory that a machine with clusters on it has.
  const variables = [`CGO_ENABLED=${build.cgo ? 1 : 0}`, "GOGC=400", "GOMEMLIMIT=3GiB"];
  return (verb, args, onLine) =>
    runProcess("env", [...variables, "go", verb, ...flags, ...args], { cwd: source, signal, onLine });
}

async function builtName(out: string, path: string): Promise<string> {
  const parts = path.split("/");
  const last = parts.at(-1) ?? "";
  if (/^v\d+$/.test(last) && !(await exists(join(out, last)))) return parts.at(-2) ?? last;
  if (await exists(join(out, `${last}.test`))) return `${last}.test`;
  return last;
}

async function keepShared(plan: CompilePlan, to: string, { source, signal }: Work): Promise<void> {
  for (const share of plan.share) {
    const list = await runProcess("go", ["list", "-m", "-f", "{{.Dir}}", share.module], { cwd: source, signal });
    const target = join(to, "share", share.to);
    await cp(join(list.trim(), share.from), target, { recursive: true });
    // The module cache is read-only, and so are copies of its files and folders.
    await runProcess("chmod", ["-R", "u+w", target]);
  }
}

async function readGoMod(source: string, module: string): Promise<string> {
  try {
    return await readFile(join(source, "go.mod"), "utf8");
  } catch {
    throw new Error(`There is no payload/${module}/go.mod to compile from.`);
  }
}

async function pointTo(parent: string, name: string, target: string): Promise<void> {
  const link = join(parent, `.${name}-${randomUUID()}`);
  await rm(link, { force: true });
  await symlink(target, link);
  await rename(link, join(parent, name));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
