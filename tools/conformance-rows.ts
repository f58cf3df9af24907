import type { Observed } from "../e2e/long/long-test.ts";

/** How many specs of the newest release's Kubernetes are [Conformance]: what `ginkgo --dry-run` counts. */
export const conformanceSpecs = 424;

/** What came of a run of the suite. */
export interface SuiteRun {
  reports: readonly SuiteReport[];
  /** How ginkgo ended: its exit status, or the signal that ended it. */
  ended: number | string;
}

/** What ginkgo's report of a run says, as far as it is read here. */
export interface SuiteReport {
  SuiteSucceeded?: boolean;
  /** Why it failed, where that is not because of a spec. */
  SpecialSuiteFailureReasons?: string[] | null;
  SpecReports: SpecReport[] | null;
}

interface SpecReport {
  ContainerHierarchyTexts: string[] | null;
  LeafNodeText: string;
  LeafNodeType: string;
  State: string;
  Failure?: { Message?: string };
}

/**
 * One row for all specs of a group (a SIG of Kubernetes) that passed, one for each spec that did not, and one more where
 * fewer than `specs` were run, or the suite failed and none of them did.
 */
export function conformanceRows({ reports, ended }: SuiteRun, specs: number): Observed[] {
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
    ...missing(ran.filter(({ LeafNodeType }) => LeafNodeType === "It").length, specs),
    ...(failed.length === 0 ? failedAsAWhole({ reports, ended }) : []),
  ];
}

const missing = (ran: number, specs: number): Observed[] =>
  ran < specs ? [{ fault: `all ${specs} specs`, failure: `only ${ran} of ${specs} were run` }] : [];

function failedAsAWhole({ reports, ended }: SuiteRun): Observed[] {
  if (ended === 0 && reports.every(({ SuiteSucceeded }) => SuiteSucceeded)) return [];
  const reasons = reports.flatMap(({ SpecialSuiteFailureReasons }) => SpecialSuiteFailureReasons ?? []).join(", ");
  const failure = `it failed though no spec did (ginkgo ended with ${ended})`;
  return [{ fault: "the suite", failure: reasons ? `${failure}: ${reasons}` : failure }];
}

const nameOf = ({ ContainerHierarchyTexts, LeafNodeText }: SpecReport) =>
  [...(ContainerHierarchyTexts ?? []), LeafNodeText].join(" ").trim();

function reasonOf({ State, Failure }: SpecReport): string {
  const lines = (Failure?.Message ?? "").split("\n").map((line) => line.trim());
  return `${State}: ${lines.find((line) => line !== "") ?? "no reason given"}`.slice(0, 300);
}
