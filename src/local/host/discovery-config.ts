/** Where hosts of an InfraEnv get their discovery configuration. */
export interface Discovery {
  url: string;
  /** The authority that the server's certificate is from, PEM. */
  ca: string;
}

/** An Ignition configuration that only says where to fetch the discovery configuration; it is fetched at each boot. */
export function discoveryConfig({ url, ca }: Discovery): string {
  const source = `data:;base64,${Buffer.from(ca).toString("base64")}`;
  return JSON.stringify({
    ignition: {
      version: "3.3.0",
      config: { merge: [{ source: url }] },
      security: { tls: { certificateAuthorities: [{ source }] } },
    },
  });
}
