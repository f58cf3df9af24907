import type { TestProject } from "vitest/node";
import { startApiServer } from "../src/testing/api-server.ts";
import { apiServerPrograms } from "../src/testing/programs.ts";
import "../src/testing/shared-api-server.ts";

/** Vitest's global setup of the project `api-server`: one API server for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startApiServer({ programs: await apiServerPrograms("1.34", seldom(console.log)) });
  project.provide("apiServer", server.kubeconfig);
  server.kube.close();
  return () => server.stop();
}

function seldom(print: (line: string) => void): (line: string) => void {
  let printedAt = Date.now();
  return (line) => {
    if (Date.now() - printedAt < 5000) return;
    printedAt = Date.now();
    print(line);
  };
}
