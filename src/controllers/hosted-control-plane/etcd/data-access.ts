import type { Deployment, Pod } from "../../../kube/kinds.ts";

type PodSpec = NonNullable<Pod["spec"]>;

/** True of a Deployment that somebody has made to get at volumes of etcd, as the manual does, and that does not say who it runs as. */
export function lacksDataAccess({ spec }: Deployment): boolean {
  const { volumes = [], securityContext } = spec?.template.spec ?? {};
  const isOfEtcd = volumes.some(({ persistentVolumeClaim: claim }) => /^data-etcd-\d+$/.test(claim?.claimName ?? ""));
  return isOfEtcd && securityContext?.runAsUser === undefined;
}

/**
 * What such a Deployment lacks: the user that etcd has, without whom etcd could not read what is written there, and what
 * the namespace's Pod Security wants.
 */
export function dataAccess({ metadata, spec }: Deployment, etcd: PodSpec): Deployment {
  const pod = spec?.template.spec;
  // It may want to write where it likes.
  const { readOnlyRootFilesystem: _, ...securityContext } = etcd.containers[0]?.securityContext ?? {};
  const containers = pod?.containers.map(({ name }) => ({ name, securityContext })) ?? [];
  const access = { securityContext: etcd.securityContext, imagePullSecrets: etcd.imagePullSecrets, containers };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: metadata?.name, namespace: metadata?.namespace, ownerReferences: [] },
    spec: { template: { spec: access } },
  } as unknown as Deployment;
}
