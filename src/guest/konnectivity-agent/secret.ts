import type { Secret } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";

/** What the agents prove themselves with. */
export function secret({ konnectivityAgent }: Facts): Secret | undefined {
  if (!konnectivityAgent) return;
  const { certificate, key, authority } = konnectivityAgent;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "konnectivity-agent", namespace: "kube-system" },
    type: "Opaque",
    data: { "tls.crt": base64(certificate), "tls.key": base64(key), "ca.crt": base64(authority) },
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
