import { Secret } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";
import { createAuthority, issue } from "../pki/certificate.ts";

const name = "cluster-api-webhook";

/**
 * Makes the certificate that Cluster API's manager does not start without, where there is none. Its webhooks are never
 * registered, so nobody ever checks it and it needs no renewal.
 */
export async function ensureWebhookCertificate(kube: Kube, namespace: string, now: Date): Promise<void> {
  if (await kube.get(Secret, name, namespace)) return;
  const pair = issue({ commonName: "cluster-api", usages: ["server"] }, createAuthority(name, now), now);
  await kube.apply({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    type: "kubernetes.io/tls",
    stringData: { "tls.crt": pair.certificate, "tls.key": pair.key },
  } as Secret);
}
