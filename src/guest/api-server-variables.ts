import type { Facts } from "./facts.ts";

/**
 * Environment variables that lead in-cluster clients to the API server's external address. For what has to run before
 * kube-proxy does, which is what makes the address of the `kubernetes` Service work.
 */
export function apiServerVariables({ endpoints }: Facts): { name: string; value: string }[] {
  if (!endpoints.api) throw new Error("Cannot render before the API server's external address is known");
  return [
    { name: "KUBERNETES_SERVICE_HOST", value: endpoints.api.host },
    { name: "KUBERNETES_SERVICE_PORT", value: String(endpoints.api.port) },
  ];
}
