import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startApiServer } from "../src/testing/api-server.ts";
import { apiServerPrograms } from "../src/testing/programs.ts";
import "../src/testing/shared-api-server.ts";

/**
 * Vitest's global setup of the project `api-server`: one API server for the whole run. `ROOST_TEST_PROGRAMS` names a
 * folder with programs compiled before (`etcd/bin/`, `1.34/bin/`), to try something without compiling the payload.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startApiServer({ programs: await programs() });
  project.provide("apiServer", server.kubeconfig);
  server.kube.close();
  return () => server.stop();
}

function programs() {
  const folder = process.env.ROOST_TEST_PROGRAMS;
  if (!folder) return apiServerPrograms("1.34", { report: seldom(console.log) });
  const version = "1.34";
  return {
    etcd: join(folder, "etcd", "bin", "etcd"),
    "kube-apiserver": join(folder, version, "bin", "kube-apiserver"),
  };
}

function seldom(print: (line: string) => void): (line: string) => void {
  let printedAt = Date.now();
  return (line) => {
    if (Date.now() - printedAt < 5000) return;
    printedAt = Date.now();
    print(line);
  };
}
