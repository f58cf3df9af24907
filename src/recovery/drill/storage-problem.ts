import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { StorageClass } from "../../kube/kinds.ts";

/** Why a drill cannot use the storage that its etcd asks for: nothing of the cluster's data is to stay behind. */
export function storageProblem(
  { etcd }: HostedControlPlane["spec"],
  classes: readonly StorageClass[],
): string | undefined {
  const asked = etcd.managed?.storage.persistentVolume?.storageClassName;
  const found = asked ? classes.find(({ metadata }) => metadata?.name === asked) : defaultOf(classes);
  if (asked && !found) return `etcd asks for the StorageClass ${asked}, which the management cluster does not have`;
  if (found?.reclaimPolicy !== "Retain") return undefined;
  return `Each drill would leave a volume with the cluster's data behind, because volumes of the StorageClass ${found.metadata?.name} stay (reclaimPolicy Retain): use one with Delete`;
}

/** Of several the newest one is taken, as Kubernetes does. */
function defaultOf(classes: readonly StorageClass[]): StorageClass | undefined {
  const mark = "storageclass.kubernetes.io/is-default-class";
  const madeAt = ({ metadata }: StorageClass) => Date.parse(metadata?.creationTimestamp ?? "") || 0;
  const [newest] = classes
    .filter(({ metadata }) => metadata?.annotations?.[mark] === "true")
    .sort((a, b) => madeAt(b) - madeAt(a));
  return newest;
}
