import type { Kubeconfig } from "../../kube/kubeconfig.ts";
import { endOf, startOf } from "../../pki/certificate.ts";

const day = 86_400_000;

/** When the client certificate in a kubeconfig ends, where that is soon: within a day, or the last tenth of a short life. */
export function aboutToEnd(config: Kubeconfig, now: Date): Date | undefined {
  const encoded = config.users?.[0]?.user?.["client-certificate-data"];
  if (!encoded) return undefined;
  const certificate = Buffer.from(encoded, "base64").toString("utf8");
  const end = endOf(certificate);
  const margin = Math.min(day, (end.getTime() - startOf(certificate).getTime()) / 10);
  return end.getTime() - now.getTime() < margin ? end : undefined;
}
