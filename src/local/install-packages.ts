import { runProcess } from "../release/run-process.ts";
import { missingPackages } from "./requirements.ts";

export interface InstallOptions {
  /** Told which packages are missing, before anything is installed. */
  onMissing: (packages: string[]) => void;
  signal?: AbortSignal;
}

/** Installs the Debian packages of these that are missing, and gives their names. Rejects with what apt-get said. */
export async function installPackages(
  names: readonly string[],
  { onMissing, signal }: InstallOptions,
): Promise<string[]> {
  const missing = await missingPackages(names);
  if (missing.length === 0) return missing;
  if (process.getuid?.() !== 0) {
    throw new Error(`These Debian packages are missing: as root, run apt-get install ${missing.join(" ")}`);
  }
  onMissing(missing);
  const aptGet = (...words: string[]) =>
    runProcess("env", ["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--yes", ...words], { signal });
  await aptGet("update");
  await aptGet("install", "--no-install-recommends", ...missing);
  return missing;
}
