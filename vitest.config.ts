import { defineConfig } from "vitest/config";

const apiServerTests = "src/**/*.api.test.ts";
/** What is waited for comes at once on a calm machine; a loaded one is no failure. */
const expect = { poll: { timeout: 30_000 } };

export default defineConfig({
  test: {
    projects: [
      {
        // Pure: no root, no programs, seconds.
        test: {
          name: "unit",
          // No module keeps state, so test files may share one.
          isolate: false,
          include: ["src/**/*.test.ts", "tools/**/*.test.ts", "bench/**/*.test.ts"],
          exclude: [apiServerTests],
          testTimeout: 60_000,
          expect,
        },
      },
      {
        // Against real kube-apiservers and etcds, started once per run. Two files at a time: most of them wait a lot.
        test: {
          name: "api-server",
          include: [apiServerTests],
          globalSetup: "tools/api-server-setup.ts",
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          // Longer than a few of its waits.
          testTimeout: 150_000,
          hookTimeout: 150_000,
          expect,
        },
      },
      {
        // The custom resources once more, on the older release that management clusters may run.
        test: {
          name: "api-server-1.33",
          include: ["src/api/**/*.api.test.ts"],
          globalSetup: "tools/api-server-1.33-setup.ts",
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          // Longer than a few of its waits.
          testTimeout: 150_000,
          hookTimeout: 150_000,
          expect,
        },
      },
      {
        // On the local environment: real clusters.
        test: {
          name: "e2e",
          include: ["e2e/**/*.test.ts"],
          globalSetup: "e2e/environment.ts",
          fileParallelism: false,
          testTimeout: 15 * 60_000,
          expect,
          hookTimeout: 30 * 60_000,
        },
      },
    ],
  },
});
