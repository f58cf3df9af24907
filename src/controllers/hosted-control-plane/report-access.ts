import type { PlaneStep } from "./pass.ts";

/** How the hosted API is reached and as whom: the endpoint, and the Secrets with the administrator's credentials. */
export const reportAccess: PlaneStep = ({ hcp, endpoints, secrets }) => {
  const { status, spec } = hcp;
  if (!status) return;
  const has = (name: string) => secrets.some(({ metadata }) => metadata?.name === name);
  if (endpoints.api) status.controlPlaneEndpoint = endpoints.api;
  if (has("admin-kubeconfig")) status.kubeConfig = { name: "admin-kubeconfig", key: "kubeconfig" };
  if (spec.kubeAPIServerDNSName && has("custom-admin-kubeconfig")) {
    status.customKubeconfig = { name: "custom-admin-kubeconfig", key: "kubeconfig" };
  } else delete status.customKubeconfig;
  const identityProviders = spec.configuration?.oauth?.identityProviders?.length ?? 0;
  if (identityProviders === 0 && has("kubeadmin-password")) status.kubeadminPassword = { name: "kubeadmin-password" };
  else delete status.kubeadminPassword;
};
