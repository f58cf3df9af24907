import { createHash } from "node:crypto";
import { parseGoMod } from "./go-mod.ts";
import type { PayloadDescription } from "./payload-description.ts";

/** How the programs of one payload module are compiled. */
export interface CompilePlan {
  module: string;
  /** Package path to program name. */
  programs: Record<string, string>;
  /** Variables for the Go command. */
  environment: Record<string, string>;
  /** Flags of `go build`. */
  flags: string[];
  share: { module: string; version: string; from: string; to: string }[];
}

/** Works out how the module with this `go.mod` is compiled. */
export function planCompile(module: string, goMod: string, description: PayloadDescription): CompilePlan {
  const { tools, versions } = parseGoMod(goMod);
  const cgo = description.cgo.includes(module);
  const linker = ["-s", "-w", ...versionFlags(versions, description.versions)];
  if (cgo) linker.push("-extldflags", "-static");
  return {
    module,
    programs: Object.fromEntries(tools.map((path) => [path, description.names[path] ?? programName(path)])),
    environment: { CGO_ENABLED: cgo ? "1" : "0" },
    flags: ["-trimpath", "-buildvcs=false", ...(cgo ? ["-tags=netgo,osusergo"] : []), `-ldflags=${linker.join(" ")}`],
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
