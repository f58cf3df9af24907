import type { Resource } from "../../../kube/resource.ts";
import { checked, choice, file, list, text } from "../../arg.ts";
import { command } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";
import { hostCheck } from "../check-words.ts";
import { kubevirtPool, kubevirtPoolArgs } from "../nodepool/kubevirt-pool.ts";
import { commonArgs, commonFlagsNotServed } from "./common-args.ts";
import { createCluster, nodePortPublishing } from "./create-cluster.ts";
import { safeToDeleteLabel } from "./manifests.ts";

export default command({
  summary: "Create a hosted cluster whose nodes are KubeVirt virtual machines",
  examples: [
    "create cluster kubevirt --name demo --pull-secret pull.json --memory 8Gi --cores 4 --node-pool-replicas 2",
  ],
  notServed: commonFlagsNotServed,
  args: {
    ...commonArgs,
    ...kubevirtPoolArgs,
    infraKubeconfigFile: file(
      "Kubeconfig of the cluster that the virtual machines run on; the management cluster where absent",
    ),
    infraNamespace: text("Namespace of the virtual machines on that cluster", { placeholder: "NAME" }),
    infraStorageClassMapping: list("A StorageClass for the hosted cluster: INFRA/GUEST[,group=GROUP]", {
      placeholder: "MAPPING",
    }),
    infraVolumesnapshotClassMapping: list("A VolumeSnapshotClass for the hosted cluster: INFRA/GUEST[,group=GROUP]", {
      placeholder: "MAPPING",
    }),
    servicePublishingStrategy: choice(["Ingress", "NodePort", "LoadBalancer"], "How the services are published", {
      default: "Ingress",
    }),
    apiServerAddress: checked("The address of node ports", hostCheck, { placeholder: "HOST" }),
  },
  async run(run) {
    const { args } = run;
    const infra = args.infraKubeconfigFile;
    if (Boolean(infra) !== Boolean(args.infraNamespace)) {
      throw new UsageError("--infra-kubeconfig-file and --infra-namespace go together");
    }
    if (args.apiServerAddress && args.servicePublishingStrategy !== "NodePort") {
      throw new UsageError("--api-server-address goes with --service-publishing-strategy NodePort");
    }
    const classes = args.infraStorageClassMapping.map((each) => mapping("--infra-storage-class-mapping", each));
    const snapshots = args.infraVolumesnapshotClassMapping.map((each) =>
      mapping("--infra-volumesnapshot-class-mapping", each),
    );
    const secretName = `${args.name}-infra-credentials`;
    const pool = kubevirtPool(args);
    await createCluster(run, async () => ({
      platform: {
        type: "KubeVirt",
        kubevirt: {
          // Without a domain of its own, the cluster's names live below the management cluster's.
          ...(args.baseDomain ? {} : { baseDomainPassthrough: true }),
          ...(infra
            ? {
                credentials: {
                  infraNamespace: args.infraNamespace ?? "",
                  infraKubeConfigSecret: { name: secretName, key: "kubeconfig" },
                },
              }
            : {}),
          ...(classes.length + snapshots.length > 0
            ? {
                storageDriver: {
                  type: "Manual" as const,
                  manual: {
                    ...(classes.length > 0
                      ? {
                          storageClassMapping: classes.map(({ infra, guest, group }) => ({
                            infraStorageClassName: infra,
                            guestStorageClassName: guest,
                            ...group,
                          })),
                        }
                      : {}),
                    ...(snapshots.length > 0
                      ? {
                          volumeSnapshotClassMapping: snapshots.map(({ infra, guest, group }) => ({
                            infraVolumeSnapshotClassName: infra,
                            guestVolumeSnapshotClassName: guest,
                            ...group,
                          })),
                        }
                      : {}),
                  },
                },
              }
            : {}),
        },
      },
      publishing:
        args.servicePublishingStrategy === "NodePort"
          ? await nodePortPublishing(run, args.apiServerAddress, "--api-server-address")
          : { type: args.servicePublishingStrategy, domain: args.externalDnsDomain },
      pools: [{ name: args.name, platform: pool }],
      upgradeType: "Replace",
      more: infra ? [infraCredentials(secretName, args.namespace, infra.text)] : [],
    }));
  },
});

function mapping(flag: string, text: string): { infra: string; guest: string; group: { group?: string } } {
  const [classes = "", ...options] = text.split(",");
  const [infra, guest, ...more] = classes.split("/");
  const group = options[0]?.match(/^group=(.+)$/)?.[1];
  if (!infra || !guest || more.length > 0 || options.length > 1 || (options.length === 1 && !group)) {
    throw new UsageError(`${flag} "${text}" is not of the form INFRA/GUEST or INFRA/GUEST,group=GROUP`);
  }
  return { infra, guest, group: group ? { group } : {} };
}

function infraCredentials(name: string, namespace: string, kubeconfig: string): Resource {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, labels: { [safeToDeleteLabel]: "true" } },
    type: "Opaque",
    data: { kubeconfig: Buffer.from(kubeconfig).toString("base64") },
  } as Resource;
}
