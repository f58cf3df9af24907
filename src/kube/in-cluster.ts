import { readFileSync } from "node:fs";
import type { Connection } from "./connection.ts";

const folder = "/var/run/secrets/kubernetes.io/serviceaccount";
/** The kubelet renews the token well before it ends; this is how old a remembered one may be. */
const rememberMs = 60_000;

/** The way to the API server of the cluster that this process is a pod of. */
export function inCluster(environment: Record<string, string | undefined>): Connection {
  const host = environment.KUBERNETES_SERVICE_HOST;
  const port = environment.KUBERNETES_SERVICE_PORT ?? "443";
  if (!host) {
    throw new Error("This process is no pod of a cluster (KUBERNETES_SERVICE_HOST is not set): name a kubeconfig");
  }
  return {
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    ca: readFileSync(`${folder}/ca.crt`, "utf8"),
    namespace: readFileSync(`${folder}/namespace`, "utf8").trim(),
    ...tokenFile(`${folder}/token`),
  };
}

/** Credentials from a file that somebody else renews. */
export function tokenFile(path: string): Pick<Connection, "credentials" | "refused"> {
  let token = "";
  let readAt = 0;
  return {
    credentials() {
      if (Date.now() - readAt > rememberMs) {
        token = readFileSync(path, "utf8").trim();
        readAt = Date.now();
      }
      return { authorization: `Bearer ${token}` };
    },
    refused() {
      readAt = 0;
    },
  };
}
