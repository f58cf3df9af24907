import { randomBytes } from "node:crypto";
import { createKube, type ReplaceableKube } from "../kube/create-kube.ts";
import type { Namespace } from "../kube/kinds.ts";
import { ownApiServer } from "./own-api-server.ts";

/** An API server of this run of the tests: started once, by `tools/api-server-setup.ts`. */
export interface SharedApiServer {
  kube: ReplaceableKube;
  kubeconfig: string;
  /** A namespace that no other test uses; made by this call. */
  namespace: string;
}

/** For `*.api.test.ts`: an API server that no other file uses meanwhile, and a fresh namespace on it. */
export async function sharedApiServer(prefix = "test"): Promise<SharedApiServer> {
  const kubeconfig = ownApiServer();
  const kube = await createKube({ kubeconfig, fieldManager: "test", userAgent: "test" });
  const namespace = `${prefix}-${randomBytes(4).toString("hex")}`;
  await kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  return { kube, kubeconfig, namespace };
}
