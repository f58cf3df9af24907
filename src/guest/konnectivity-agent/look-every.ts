import type { DaemonSet } from "../../kube/kinds.ts";

/** How many seconds lie between the looks of a DaemonSet's agents; nothing where it does not say. */
export function lookEvery(agents: DaemonSet | undefined): number | undefined {
  const words = agents?.spec?.template.spec?.containers[0]?.command ?? [];
  const seconds = words.map((word) => /^--sync-interval=(\d+)s$/.exec(word)?.[1]).find(Boolean);
  return seconds === undefined ? undefined : Number(seconds);
}
