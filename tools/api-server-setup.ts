import type { TestProject } from "vitest/node";
import type { StorageClass } from "../src/kube/kinds.ts";
import { type ApiServer, startApiServer } from "../src/testing/api-server.ts";
import { apiServerPrograms } from "../src/testing/programs.ts";
import "../src/testing/own-api-server.ts";

/** Vitest's global setup of the project `api-server`: for the whole run, an API server for each file that runs at a time. */
export default function setup(project: TestProject): Promise<() => Promise<void>> {
  return serve(project, "1.34");
}

/** Starts the API servers of a run, of that Kubernetes minor. */
export async function serve(project: TestProject, version: "1.34" | "1.33"): Promise<() => Promise<void>> {
  const programs = await apiServerPrograms(version, seldom(console.log));
  const workers = Number(project.config.maxWorkers);
  const servers = await Promise.all(Array.from({ length: workers }, () => startApiServer({ programs })));
  await Promise.all(servers.map(addStorageClass));
  project.provide(
    "apiServers",
    servers.map(({ kubeconfig }) => kubeconfig),
  );
  for (const { kube } of servers) kube.close();
  return async () => {
    const keepLog = project.vitest.state.getCountOfFailedTests() > 0;
    const logs = await Promise.all(servers.map((server) => server.stop({ keepLog })));
    if (keepLog) console.log(`The logs of the kube-apiservers ${version} that the tests used are ${logs.join(", ")}`);
  };
}

/** As a management cluster has one: etcd of hosted clusters needs volumes. */
function addStorageClass({ kube }: ApiServer): Promise<StorageClass> {
  return kube.apply<StorageClass>({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "example.com/nobody",
  });
}

function seldom(print: (line: string) => void): (line: string) => void {
  let printedAt = Date.now();
  return (line) => {
    if (Date.now() - printedAt < 5000) return;
    printedAt = Date.now();
    print(line);
  };
}
