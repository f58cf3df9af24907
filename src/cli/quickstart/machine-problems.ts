/** What of a machine decides whether the quick start can run there. Sizes in bytes. */
export interface MachineFacts {
  platform: string;
  architecture: string;
  /** The text of /etc/os-release, where there is one. */
  osRelease: string;
  userId: number;
  memory: number;
  /** Free space where the payload's cache lies. */
  freeDisk: number;
  /** Whether everything is built here, and not taken from a release. */
  builds: boolean;
  /** What `go version` prints, nothing where Go is not installed. */
  goVersion: string | undefined;
}

const GiB = 1024 ** 3;
const wantedMemory = 7 * GiB;
/** Without Go's sources and what it compiled of them, half of it. */
const wantedDisk = { built: 15 * GiB, pulled: 8 * GiB };
/** The minor that the go.mod files of the payload ask for. */
const wantedGo = 26;

/** What stands in the way of the quick start on this machine: one sentence each with what to do; none where all is well. */
export function machineProblems(machine: MachineFacts): string[] {
  const problems: string[] = [];
  const id = /^ID="?([^"\n]+)/m.exec(machine.osRelease)?.[1];
  const version = /^VERSION_ID="?([^"\n]+)/m.exec(machine.osRelease)?.[1];
  if (machine.platform !== "linux" || machine.architecture !== "x64") {
    problems.push(
      `This machine runs ${machine.platform} on ${machine.architecture}: use one with Linux on x64, Debian 12 for instance`,
    );
  } else if (id !== "debian" || version !== "12") {
    problems.push(
      `This machine runs ${id ?? "an unknown system"} ${version ?? ""}: the quick start knows the packages of Debian 12 only`,
    );
  }
  if (machine.userId !== 0) {
    problems.push("You are not root: machines are privileged containers, so run it as root (sudo -i)");
  }
  const [, major = 0, minor = 0] = /go(\d+)\.(\d+)/.exec(machine.goVersion ?? "") ?? [];
  if (machine.builds && (Number(major) < 1 || (Number(major) === 1 && Number(minor) < wantedGo))) {
    const found = machine.goVersion ? `${machine.goVersion} is too old` : "Go is not installed";
    problems.push(
      `${found}: install Go 1.${wantedGo} or newer, which compiles Kubernetes, or take a release that was pushed with --release`,
    );
  }
  if (machine.memory < wantedMemory) {
    problems.push(`This machine has ${gib(machine.memory)} GiB of memory: the quick start needs ${gib(wantedMemory)}`);
  }
  const disk = machine.builds ? wantedDisk.built : wantedDisk.pulled;
  if (machine.freeDisk < disk) {
    problems.push(
      `Only ${gib(machine.freeDisk)} GiB are free for the cache: make room for ${gib(disk)}, or set XDG_CACHE_HOME to another disk`,
    );
  }
  return problems;
}

function gib(bytes: number): string {
  return (bytes / GiB).toFixed(0);
}
