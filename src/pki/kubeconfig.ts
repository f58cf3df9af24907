/** Who calls which API server, for `kubeconfig`. PEM texts, not base64. */
export interface KubeconfigFacts {
  /** The cluster's name, and the context's. */
  cluster: string;
  user: string;
  /** `https://host:port` */
  server: string;
  authority: string;
  certificate: string;
  key: string;
}

/** A kubeconfig with a client certificate inside. */
export function kubeconfig({ cluster, user, server, authority, certificate, key }: KubeconfigFacts): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: ${cluster}
  cluster:
    server: ${server}
    certificate-authority-data: ${base64(authority)}
users:
- name: ${user}
  user:
    client-certificate-data: ${base64(certificate)}
    client-key-data: ${base64(key)}
contexts:
- name: ${user}@${cluster}
  context:
    cluster: ${cluster}
    user: ${user}
current-context: ${user}@${cluster}
`;
}

/** The same as JSON, which is YAML too: for programs, which read it without a YAML parser. */
export function kubeconfigJson(facts: KubeconfigFacts): string {
  const { certificate, key } = facts;
  return json(facts, { "client-certificate-data": base64(certificate), "client-key-data": base64(key) });
}

/**
 * A kubeconfig for a program that finds its certificate beside it, as `tls.crt` and `tls.key`: client-go reads files
 * again when they change, and what is inside a kubeconfig never.
 */
export function kubeconfigWithFiles(facts: Omit<KubeconfigFacts, "certificate" | "key">): string {
  return json(facts, { "client-certificate": "tls.crt", "client-key": "tls.key" });
}

function json({ cluster, user, server, authority }: Omit<KubeconfigFacts, "certificate" | "key">, credentials: object) {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: cluster, cluster: { server, "certificate-authority-data": base64(authority) } }],
    users: [{ name: user, user: credentials }],
    contexts: [{ name: `${user}@${cluster}`, context: { cluster, user } }],
    "current-context": `${user}@${cluster}`,
  });
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
