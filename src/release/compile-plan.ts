import { createHash } from "node:crypto";
import { parseGoMod } from "./go-mod.ts";
import type { PayloadDescription } from "./payload-description.ts";

/** How the programs of one payload module are compiled. */
export interface CompilePlan {
  module: string;
  /** Package path to program name. */
  programs: Record<string, string>;
  /** Flags that all packages are compiled with. */
  flags: string[];
  /** Calls of Go's compiler, one after the other. */
  builds: Build[];
  share: { module: string; version: string; from: string; to: string }[];
}

/** Programs that are linked by one call of `go build`, or of `go test -c`. */
export interface Build {
  packages: string[];
  cgo: boolean;
  linkerFlags: string[];
  /** Of the packages' tests; absent otherwise, so that what was compiled before there were any keeps its content key. */
  test?: true;
}

/** Works out how the programs of the module with this `go.mod` are compiled: those of every quick start, or the later ones. */
export function planCompile(
  module: string,
  goMod: string,
  description: PayloadDescription,
  { later = false }: { later?: boolean | undefined } = {},
): CompilePlan {
  const { tools: all, versions } = parseGoMod(goMod);
  const { cgo, apart, tests } = description;
  const tools = all.filter((path) => description.later.includes(path) === later);
  const linkerFlags = ["-s", "-w", ...versionFlags(versions, description.versions)];
  const together = tools.filter((path) => ![...cgo, ...apart, ...tests].includes(path));
  const builds: Build[] = [
    { packages: together, cgo: false, linkerFlags },
    ...apart.map((path) => ({ packages: tools.filter((tool) => tool === path), cgo: false, linkerFlags })),
    {
      packages: tools.filter((path) => cgo.includes(path)),
      cgo: true,
      linkerFlags: [...linkerFlags, "-extldflags", "-static"],
    },
    { packages: tools.filter((path) => tests.includes(path)), cgo: false, linkerFlags, test: true },
  ];
  return {
    module,
    programs: Object.fromEntries(tools.map((path) => [path, description.names[path] ?? programName(path)])),
    // With these tags the standard library is the same with cgo and without, so that it is compiled once.
    flags: ["-trimpath", "-buildvcs=false", "-tags=netgo,osusergo"],
    builds: builds.filter(({ packages }) => packages.length > 0),
    share: description.share.flatMap((share) => {
      const version = versions[share.module];
      return version && tools.some((path) => path.startsWith(share.module)) ? [{ ...share, version }] : [];
    }),
  };
}

/** The name that stands for everything that goes into a module's programs; equal inputs, equal name. */
export function contentKey(plan: CompilePlan, goMod: string, goSum: string, toolchain: string): string {
  return createHash("sha256")
    .update(JSON.stringify([plan, goMod, goSum, toolchain]))
    .digest("hex")
    .slice(0, 16);
}

function programName(path: string): string {
  const parts = path.split("/").filter((part) => !/^v\d+$/.test(part));
  return parts.at(-1) ?? path;
}

function versionFlags(required: Record<string, string>, told: Record<string, string[]>): string[] {
  return Object.entries(told).flatMap(([module, packages]) => {
    const version = required[module];
    const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(version ?? "") ?? [];
    if (!version || !major || !minor) return [];
    const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
    return packages.flatMap((path) =>
      Object.entries(values).flatMap(([name, value]) => ["-X", `${path}.${name}=${value}`]),
    );
  });
}
