import type { Agent } from "../../api/agent.ts";

/** What NodePools call the architectures that Linux names otherwise. */
const names: Record<string, string> = { x86_64: "amd64", aarch64: "arm64" };

/** The architecture of a host as NodePools name it, or nothing where it does not say. */
export function architectureOf({ status }: Agent): string | undefined {
  const architecture = status?.inventory?.cpu?.architecture;
  return architecture && (names[architecture] ?? architecture);
}
