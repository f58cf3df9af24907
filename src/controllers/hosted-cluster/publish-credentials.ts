import { publishedLabel } from "../../control-plane/certificates.ts";
import type { Secret as SecretType } from "../../kube/kinds.ts";
import { Secret } from "../../kube/kinds.ts";
import type { Pass } from "./pass.ts";

/** Copies the admin kubeconfig and the kubeadmin password to where the HostedCluster's user may read them. */
export async function publishCredentials(pass: Pass): Promise<void> {
  const { cluster, hostedControlPlane } = pass;
  const name = cluster.metadata?.name ?? "";
  cluster.status ??= {};
  const status = hostedControlPlane?.status;
  const [kubeconfig, password, custom] = await Promise.all([
    publish(pass, status?.kubeConfig?.name, `${name}-admin-kubeconfig`, "kubeconfig"),
    publish(pass, status?.kubeadminPassword?.name, `${name}-kubeadmin-password`, "password"),
    publish(pass, status?.customKubeconfig?.name, `${name}-custom-admin-kubeconfig`, "kubeconfig"),
  ]);
  if (kubeconfig) cluster.status.kubeconfig = kubeconfig;
  if (password) cluster.status.kubeadminPassword = password;
  if (custom) cluster.status.customKubeconfig = custom;
}

async function publish(
  { kube, cluster, namespace }: Pass,
  from: string | undefined,
  to: string,
  key: string,
): Promise<{ name: string } | undefined> {
  if (!from) return undefined;
  const source = await kube.get(Secret, from, namespace);
  const value = source?.data?.[key];
  if (!value) return undefined;
  const copy: SecretType = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: to, namespace: cluster.metadata?.namespace, labels: publishedLabel },
    type: "Opaque",
    data: { [key]: value },
  };
  await kube.apply(copy);
  return { name: to };
}
