/** How the tests of a run ended. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** What vitest's JSON reporter writes, as far as it matters here. */
export interface VitestReport {
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[];
}

/** Counts tests. A file that fails before or after its tests (a broken import, a failing hook) is one failure more. */
export function countTests(report: VitestReport): TestCounts {
  const counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    for (const { status } of file.assertionResults) {
      if (status === "passed") counts.passed++;
      else if (status === "failed") counts.failed++;
      else counts.skipped++;
    }
    const hasFailure = file.assertionResults.some(({ status }) => status === "failed");
    if (file.status === "failed" && !hasFailure) counts.failed++;
  }
  return counts;
}

/** The sum of several runs. */
export const sumCounts = (counts: TestCounts[]): TestCounts => ({
  passed: counts.reduce((sum, { passed }) => sum + passed, 0),
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  skipped: counts.reduce((sum, { skipped }) => sum + skipped, 0),
});

/** The last line of a run: `12 passed, 0 failed`, and `, 3 skipped` where some were. */
export const closingLine = ({ passed, failed, skipped }: TestCounts) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
