import { join } from "node:path";
import { Drill } from "../../api/drill.ts";
import { isAlreadyExists } from "../../kube/api-error.ts";
import type { Log } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { sentenceOf } from "../../kube/log.ts";
import { textOf } from "../../kube/text-of.ts";
import { scratchFolder } from "../jobs/recovery-job.ts";
import { readObjects } from "../objects/read-objects.ts";
import { serveSnapshot } from "../serve/serve-snapshot.ts";
import { type OpenOptions, openLocation } from "../store/open-location.ts";
import { drillObjects } from "./drill-objects.ts";

export interface RunServeDrillOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** Of the Drill. */
  namespace: string;
  name: string;
  uid: string;
  /** Where its control plane is to be: the only place where the program may make anything. */
  planeNamespace: string;
  /** Where the backup lies. */
  path: string;
  /** The Secret with the token and the certificate, and where it is. */
  credentials: string;
  operatorNamespace: string;
  location: string;
  port: number;
  /** Where there is room for the snapshot. */
  folder?: string;
  files?: OpenOptions["files"];
}

/**
 * The program `serve-drill`: makes what the backup holds of a control plane in the drill's namespace, and has the
 * snapshot at hand until it is ended. Tells the Drill what that is, or why it failed.
 */
export async function runServeDrill(options: RunServeDrillOptions): Promise<void> {
  const { kube, signal, namespace, name } = options;
  const tell = (status: object) => kube.patch(Drill, name, namespace, { status }, { subresource: "status", signal });
  try {
    const snapshot = await serve(options);
    await tell({ problem: null, snapshot });
  } catch (error) {
    if (!signal.aborted) await tell({ problem: sentenceOf(error as Error).slice(0, 4096) }).catch(() => {});
    throw error;
  }
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

async function serve(options: RunServeDrillOptions) {
  const { kube, log, signal, uid, planeNamespace, path, credentials, operatorNamespace, location, port } = options;
  const secret = await kube.get(Secret, credentials, operatorNamespace, { signal });
  const [token, certificate, key] = ["token", "tls.crt", "tls.key"].map((file) => textOf(secret, file));
  if (!token || !certificate || !key) {
    throw new Error(`Cannot drill: the Secret ${operatorNamespace}/${credentials} is not there or not whole`);
  }
  const { store, identities } = await openLocation(location, { files: options.files });
  const { objects } = await readObjects({ store, identities, path, signal });
  for (const object of drillObjects(objects, { namespace: planeNamespace, id: uid })) {
    // There already where an earlier attempt died after that.
    await kube.create(object, { signal }).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
  }
  const pair = { certificate, key };
  const folder = join(options.folder ?? scratchFolder, "serve-drill");
  const { port: _, ...snapshot } = await serveSnapshot({
    ...{ store, identities, path, token, certificate: pair, port, folder, log, signal },
  });
  log.info({ path }, "serving a snapshot for a drill");
  return snapshot;
}
