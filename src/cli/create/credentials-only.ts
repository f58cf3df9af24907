import type { Kubeconfig } from "../../kube/kubeconfig.ts";

/**
 * The server, whom to trust, and a certificate or token out of a kubeconfig, and nothing else: whoever may write the
 * Secret it comes from must not make this computer run a program (`exec`), read a file, trust anybody or pass a proxy.
 */
export function credentialsOnly(config: Kubeconfig, source: string): Kubeconfig {
  const cluster = config.clusters?.[0]?.cluster;
  const user = config.users?.[0]?.user;
  const credentials = {
    ...text(user, "client-certificate-data"),
    ...text(user, "client-key-data"),
    ...text(user, "token"),
  };
  const server = text(cluster, "server");
  const authority = text(cluster, "certificate-authority-data");
  const isHttps = server.server?.startsWith("https://");
  if (!isHttps || !authority["certificate-authority-data"])
    throw new Error(`Cannot use the kubeconfig in ${source}: it names no https server with the authority to trust`);
  if (!credentials.token && !(credentials["client-certificate-data"] && credentials["client-key-data"])) {
    throw new Error(
      `Cannot use the kubeconfig in ${source}: it holds neither a client certificate with its key nor a token; see whether somebody changed the Secret`,
    );
  }
  const name = config.clusters?.[0]?.name ?? "cluster";
  const person = config.users?.[0]?.name ?? "user";
  const context = config["current-context"] ?? name;
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { ...server, ...authority, ...text(cluster, "tls-server-name") } }],
    users: [{ name: person, user: credentials }],
    contexts: [{ name: context, context: { cluster: name, user: person } }],
    "current-context": context,
  };
}

function text<K extends string>(entry: object | undefined, key: K): { [key in K]?: string } {
  const value = (entry as Record<string, unknown> | undefined)?.[key];
  return (typeof value === "string" && value !== "" ? { [key]: value } : {}) as { [key in K]?: string };
}
