import { createKube } from "../../kube/create-kube.ts";
import type { KeyPair } from "../../pki/certificate.ts";

/** One API server, as it is asked whether it accepts a certificate. */
export interface ApiServerAddress {
  /** `https://host:port` of the very server, not of a Service in front of several. */
  server: string;
  /** A name that is in its certificate. */
  serverName: string;
  /** The authority of its certificate, PEM. */
  ca: string;
}

/** Whether an API server takes whoever comes with this certificate for somebody; rejects where it does not answer. */
export async function acceptsCertificate(address: ApiServerAddress, { certificate, key }: KeyPair): Promise<boolean> {
  const kube = await createKube({ connection: { ...address, credentials: () => ({ certificate, key }) } });
  try {
    const { status } = await kube.request("GET", "/api/v1", { signal: AbortSignal.timeout(5_000) });
    // 403: it knows who that is, and that they may not.
    return status !== 401;
  } finally {
    kube.close();
  }
}
