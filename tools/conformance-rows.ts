import type { Observed } from "../e2e/long/long-test.ts";

/** What ginkgo's report of a run says, as far as it is read here. */
export interface SuiteReport {
  SpecReports: SpecReport[] | null;
}

interface SpecReport {
  ContainerHierarchyTexts: string[] | null;
  LeafNodeText: string;
  LeafNodeType: string;
  State: string;
  Failure?: { Message?: string };
}

/** One row for all specs of a group (a SIG of Kubernetes) that passed, and one for each spec that did not. */
export function conformanceRows(reports: readonly SuiteReport[]): Observed[] {
  const ran = reports
    .flatMap(({ SpecReports }) => SpecReports ?? [])
    .filter(({ State }) => State !== "skipped" && State !== "pending");
  const failed = ran.filter(({ State }) => State !== "passed");
  const passed = new Map<string, number>();
  for (const spec of ran) {
    if (spec.LeafNodeType !== "It" || spec.State !== "passed") continue;
    const group = /^\[([^\]]*)\]/.exec(nameOf(spec))?.[1] ?? "others";
    passed.set(group, (passed.get(group) ?? 0) + 1);
  }
  return [
    ...[...passed]
      .toSorted()
      .map(([group, count]) => ({ fault: `${group}: ${count} ${count === 1 ? "spec" : "specs"}` })),
    ...failed.map((spec) => ({ fault: nameOf(spec) || spec.LeafNodeType, failure: reasonOf(spec) })),
  ];
}

const nameOf = ({ ContainerHierarchyTexts, LeafNodeText }: SpecReport) =>
  [...(ContainerHierarchyTexts ?? []), LeafNodeText].join(" ").trim();

function reasonOf({ State, Failure }: SpecReport): string {
  const lines = (Failure?.Message ?? "").split("\n").map((line) => line.trim());
  return `${State}: ${lines.find((line) => line !== "") ?? "no reason given"}`.slice(0, 300);
}
