import { Client } from "./client.ts";
import type { Connection } from "./connection.ts";
import { inCluster } from "./in-cluster.ts";
import type { Kube } from "./kube.ts";
import { parseKubeconfig, readKubeconfig } from "./kubeconfig.ts";
import type { RequestName } from "./request-name.ts";

export interface CreateKubeOptions {
  /** The text of a kubeconfig. One of this, `path` and `connection`; as a pod of the cluster where all are absent. */
  kubeconfig?: string;
  /** A kubeconfig file. */
  path?: string;
  connection?: Connection;
  /** A context of the kubeconfig other than its current one. */
  context?: string;
  /** Who applies, where the call does not say. */
  fieldManager?: string;
  userAgent?: string;
  /** Told of each request, to count them. */
  onRequest?: (request: RequestName) => void;
  /** The process's environment: for pods, and for kubeconfigs whose user is a program. */
  environment?: Record<string, string | undefined>;
}

/** A client whose way to the server can change, as when its certificate is renewed. */
export interface ReplaceableKube extends Kube {
  /** The namespace of the kubeconfig's context, or of the pod. */
  readonly namespace?: string;
  /** From now on connects by this kubeconfig (its text); what is under way ends as it began. */
  useKubeconfig(text: string, context?: string): Promise<void>;
}

/** A client of one API server. Only reads the kubeconfig; the server is asked when the client is used. */
export async function createKube(options: CreateKubeOptions = {}): Promise<ReplaceableKube> {
  return new Client(await connectionOf(options), {
    fieldManager: options.fieldManager ?? "roost",
    userAgent: options.userAgent ?? "roost",
    onRequest: options.onRequest,
  });
}

async function connectionOf(options: CreateKubeOptions): Promise<Connection> {
  const { kubeconfig, path, connection, context, environment = {} } = options;
  if (connection) return connection;
  if (kubeconfig !== undefined) return parseKubeconfig(kubeconfig, { context, environment });
  if (path !== undefined) return readKubeconfig(path, { context, environment });
  return inCluster(environment);
}
