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
  const base64 = (text: string) => Buffer.from(text).toString("base64");
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
export function kubeconfigJson({ cluster, user, server, authority, certificate, key }: KubeconfigFacts): string {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: cluster, cluster: { server, "certificate-authority-data": base64(authority) } }],
    users: [{ name: user, user: { "client-certificate-data": base64(certificate), "client-key-data": base64(key) } }],
    contexts: [{ name: `${user}@${cluster}`, context: { cluster, user } }],
    "current-context": `${user}@${cluster}`,
  });
}
