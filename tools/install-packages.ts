import { spawnSync } from "node:child_process";
import { missingPackages } from "../src/local/requirements.ts";

/** Installs the Debian packages of these that are missing, and says so first. */
export async function installPackages(names: readonly string[]): Promise<void> {
  const missing = await missingPackages(names);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new Error(`These Debian packages are missing: as root, run apt-get install ${missing.join(" ")}`);
  }
  console.log(`Installing Debian packages: ${missing.join(" ")}`);
  aptGet("update");
  aptGet("install", "--no-install-recommends", ...missing);
}

function aptGet(...words: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status, stderr } = spawnSync("apt-get", ["--quiet", "--yes", ...words], { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`apt-get ${words.join(" ")} failed: ${stderr.trim().split("\n").at(-1)}`);
}
