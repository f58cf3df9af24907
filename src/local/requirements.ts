import { runProcess } from "../release/run-process.ts";

/** Debian packages that the local environment needs on the computer, each with what it is for. */
export const localRequirements: Record<string, string> = {
  podman: "runs the machines",
  netavark: "their network",
  "aardvark-dns": "wanted by podman's networks",
  runc: "starts their containers",
  iproute2: "shows which networks are taken",
  iptables: "lets them reach the outside",
};

/** Those that it needs besides, unless it takes everything from a release. */
export const buildRequirements: Record<string, string> = {
  debootstrap: "makes the image of a machine",
};

/** The packages of these that are not installed. */
export async function missingPackages(packages: readonly string[]): Promise<string[]> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: these are for dpkg
  const format = "${Package} ${db:Status-Status}\n";
  const installed = await runProcess("dpkg-query", ["--show", `--showformat=${format}`]);
  const present = new Set(
    installed
      .split("\n")
      .filter((line) => line.endsWith(" installed"))
      .map((line) => line.split(" ")[0]),
  );
  return packages.filter((name) => !present.has(name));
}

/** Throws, saying what to install, where something is missing. */
export async function checkRequirements({ builds }: { builds: boolean }): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error("The local environment runs privileged machines: run this as root.");
  const wanted = { ...localRequirements, ...(builds && buildRequirements) };
  const missing = await missingPackages(Object.keys(wanted));
  if (missing.length === 0) return;
  throw new Error(
    `The local environment needs packages that are not installed: run apt-get install --no-install-recommends ${missing.join(" ")}`,
  );
}
