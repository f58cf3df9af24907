import { MachineDeployment, MachineSet } from "../../api/cluster-api.ts";
import { configVersion } from "../../ignition/config-version.ts";
import { nodePoolAnnotation } from "../../ignition/token-secret.ts";
import { Stalled } from "../../kube/controller.ts";
import { contractReference } from "../../platforms/platform.ts";
import { userDataSecretName } from "./ensure-tokens.ts";
import { poolLabel } from "./machine-metadata.ts";
import { type MachinesFacts, machineDeployment, machineSet } from "./machines.ts";
import { type Pass, poolKey } from "./pass.ts";

/** Has Cluster API make, replace and remove the pool's machines. Nothing on a platform without machines. */
export async function ensureMachines(pass: Pass): Promise<void> {
  const { kube, pool, cluster, namespace, platform, release, configHash: hash } = pass;
  const name = pool.metadata?.name ?? "";
  if (!managesMachines(pass) || !platform.machineTemplate || !release) return;
  if (name.length > 63) {
    throw new Stalled(
      "NameTooLong",
      `The name of the NodePool has ${name.length} letters: make one of at most 63, because its machines carry it as a label`,
    );
  }
  const rendered = platform.machineTemplate({ pool, cluster, namespace });
  const template = {
    ...rendered,
    metadata: {
      ...rendered.metadata,
      name: `${name}-${configVersion(rendered.spec)}`,
      labels: { [poolLabel]: name },
      annotations: { [nodePoolAnnotation]: poolKey(pass) },
    },
  };
  await kube.apply(template);
  const inPlace = pool.spec.management.upgradeType === "InPlace";
  const present = inPlace
    ? await kube.get(MachineSet, name, namespace)
    : await kube.get(MachineDeployment, name, namespace);
  const facts: MachinesFacts = {
    pool,
    namespace,
    clusterName: cluster.spec.infraID ?? "",
    version: release.version,
    userDataSecret: userDataSecretName(name, hash),
    infrastructure: contractReference(template),
    present: present?.spec.replicas,
  };
  await (inPlace ? kube.apply(machineSet(facts)) : kube.apply(machineDeployment(facts)));
}

/** Whether Cluster API looks after the pool's machines: not where the platform has none, or somebody else does. */
export function managesMachines({ platform, cluster }: Pick<Pass, "platform" | "cluster">): boolean {
  const disabled = cluster.metadata?.annotations?.["hypershift.openshift.io/disable-machine-management"];
  return platform.machineTemplate !== undefined && disabled === undefined;
}
