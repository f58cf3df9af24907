import type { TestProject } from "vitest/node";
import { startApiServer } from "./api-server.ts";
import "./shared-api-server.ts";

/** Vitest's global setup of the project `api-server`: one API server for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startApiServer();
  project.provide("apiServer", server.kubeconfig);
  server.kube.close();
  return () => server.stop();
}
