import { Restore } from "../../api/restore.ts";
import type { Log } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { textOf } from "../../kube/text-of.ts";
import { type OpenOptions, openLocation } from "../store/open-location.ts";
import { serveSnapshot } from "./serve-snapshot.ts";

export interface RunServeSnapshotOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** Of the Restore. */
  namespace: string;
  name: string;
  /** Where the backup lies. */
  path: string;
  /** The Secret with the token and the certificate, and where it is. */
  credentials: string;
  operatorNamespace: string;
  location: string;
  port: number;
  files?: OpenOptions["files"];
}

/** The program `serve-snapshot`: has a backup's snapshot at hand until it is ended, and tells the Restore what it is. */
export async function runServeSnapshot(options: RunServeSnapshotOptions): Promise<void> {
  const { kube, log, signal, namespace, name, path, credentials, operatorNamespace, location, port, files } = options;
  const secret = await kube.get(Secret, credentials, operatorNamespace, { signal });
  const [token, certificate, key] = ["token", "tls.crt", "tls.key"].map((file) => textOf(secret, file));
  if (!token || !certificate || !key) {
    throw new Error(
      `Cannot serve the snapshot: the Secret ${operatorNamespace}/${credentials} is not there or not whole`,
    );
  }
  const { store, identities } = await openLocation(location, { files });
  const pair = { certificate, key };
  const { port: _, ...snapshot } = await serveSnapshot({
    ...{ store, identities, path, token, certificate: pair, port, log, signal },
  });
  await kube.patch(Restore, name, namespace, { status: { snapshot } }, { subresource: "status", signal });
  log.info({ path }, "serving a snapshot");
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
