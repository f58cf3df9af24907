/** Who the client is, at this moment. */
export interface Credentials {
  /** The value of the `Authorization` header. */
  authorization?: string;
  /** PEM. */
  certificate?: string;
  /** PEM. */
  key?: string;
}

/** How to reach one API server: read from a kubeconfig (`./kubeconfig.ts`) or from the pod (`./in-cluster.ts`). */
export interface Connection {
  /** `https://host:port`, perhaps with a path. */
  server: string;
  /** PEM of the certificate authorities to trust; the system's where absent. */
  ca?: string;
  /** The name to expect in the server's certificate, where it is not the host's. */
  serverName?: string;
  insecure?: boolean;
  /** The user to act as, where the credentials may act for others. */
  actAs?: { user: string; groups: string[] };
  /** `http://host:port` of a proxy that takes CONNECT. */
  proxy?: string;
  /** The namespace of the kubeconfig's context, or of the pod. */
  namespace?: string;
  /** Asked before every request, so it remembers. */
  credentials(): Promise<Credentials> | Credentials;
  /** Told when the server did not accept the credentials: forget what is remembered. */
  refused?(): void;
}
