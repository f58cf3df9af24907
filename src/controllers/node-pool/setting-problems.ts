import { goDurationMs } from "../../api/go-duration.ts";
import type { NodePool } from "../../api/node-pool.ts";
import { isLabelKey, isLabelValue } from "./label-words.ts";

/**
 * What of a pool's settings cannot be carried out. New pools are refused by the definition of NodePool; this is for
 * those that were made when it had fewer rules.
 */
export function settingProblems({ spec }: NodePool): string[] {
  const labels = Object.entries(spec.nodeLabels ?? {});
  const keys = labels.filter(([key]) => !isLabelKey(key)).map(([key]) => `"${key}" is no name of a label`);
  const values = labels
    .filter(([key, value]) => isLabelKey(key) && !isLabelValue(value))
    .map(([key, value]) => `"${value}" is no value of a label (${key})`);
  const taints = (spec.taints ?? [])
    .filter(({ key, value = "" }) => !isLabelKey(key) || !isLabelValue(value))
    .map(({ key, value = "" }) => `"${key}=${value}" is no taint`);
  const durations = (["nodeDrainTimeout", "nodeVolumeDetachTimeout"] as const)
    .filter((field) => spec[field] && goDurationMs(spec[field]) === undefined)
    .map((field) => `spec.${field} "${spec[field]}" is no duration: write one such as 90s, 10m or 1h30m`);
  return [
    ...[...keys, ...values].map((problem) => `${problem}: correct spec.nodeLabels`),
    ...taints.map((problem) => `${problem}: correct spec.taints`),
    ...durations,
  ];
}
