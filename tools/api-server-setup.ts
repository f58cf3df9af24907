import type { TestProject } from "vitest/node";
import type { StorageClass } from "../src/kube/kinds.ts";
import { startApiServer } from "../src/testing/api-server.ts";
import { apiServerPrograms } from "../src/testing/programs.ts";
import "../src/testing/shared-api-server.ts";

/** Vitest's global setup of the project `api-server`: one API server for the whole run. */
export default function setup(project: TestProject): Promise<() => Promise<void>> {
  return serve(project, "1.34");
}

/** Starts the API server of a run, of that Kubernetes minor. */
export async function serve(project: TestProject, version: "1.34" | "1.33"): Promise<() => Promise<void>> {
  const server = await startApiServer({ programs: await apiServerPrograms(version, seldom(console.log)) });
  // As a management cluster has one: etcd of hosted clusters needs volumes.
  await server.kube.apply<StorageClass>({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "example.com/nobody",
  });
  project.provide("apiServer", server.kubeconfig);
  server.kube.close();
  return async () => {
    const log = await server.stop({ keepLog: project.vitest.state.getCountOfFailedTests() > 0 });
    if (log) console.log(`The log of the kube-apiserver ${version} that the tests used is ${log}`);
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
