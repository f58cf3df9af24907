import { bool, immutable, int32, int64, list, map, object, oneOf, optional, quantity, rule, text } from "../field.ts";

/** The cluster that virtual machines run on, where it is not the management cluster. */
export const kubevirtCredentials = object(
  {
    infraKubeConfigSecret: optional(
      object(
        {
          name: text("Name of the Secret.", { maxLength: 255 }),
          key: text("Key in the Secret.", { maxLength: 255 }),
        },
        "Secret with a kubeconfig of that cluster.",
        { rules: [immutable("infraKubeConfigSecret cannot change once it is set")] },
      ),
    ),
    infraNamespace: text("Namespace of the virtual machines on that cluster.", {
      maxLength: 255,
      rules: [immutable("infraNamespace cannot change once it is set")],
    }),
  },
  "The cluster that the virtual machines run on, where it is not the management cluster.",
);

/** The KubeVirt platform of a hosted cluster. */
export const kubevirtPlatform = object(
  {
    baseDomainPassthrough: optional(
      bool("Takes the cluster's base domain from the management cluster's own wildcard domain.", {
        rules: [immutable("baseDomainPassthrough cannot change once it is set")],
      }),
    ),
    generateID: optional(
      text("Part of names that have to differ between clusters; made up where absent.", {
        maxLength: 11,
        rules: [immutable("generateID cannot change once it is set")],
      }),
    ),
    credentials: optional(kubevirtCredentials),
    storageDriver: optional(
      object(
        {
          type: optional(
            oneOf(
              ["None", "Default", "Manual"],
              "`Default`: the default storage class of the cluster underneath. `Manual`: the classes listed. `None`: no storage.",
              { default: "Default", rules: [immutable("the type of the storage driver cannot change")] },
            ),
          ),
          manual: optional(
            object(
              {
                storageClassMapping: optional(
                  list(
                    object(
                      {
                        group: optional(text("Which snapshot classes go with it.", { maxLength: 255 })),
                        infraStorageClassName: text("Class on the cluster underneath.", { maxLength: 255 }),
                        guestStorageClassName: text("Class in the hosted cluster.", { maxLength: 255 }),
                      },
                      "A class and what it stands on.",
                    ),
                    "Storage classes of the hosted cluster and what they stand on.",
                    { maxItems: 50, rules: [immutable("storageClassMapping cannot change once it is set")] },
                  ),
                ),
                volumeSnapshotClassMapping: optional(
                  list(
                    object(
                      {
                        group: optional(text("Which storage classes go with it.", { maxLength: 255 })),
                        infraVolumeSnapshotClassName: text("Class on the cluster underneath.", { maxLength: 255 }),
                        guestVolumeSnapshotClassName: text("Class in the hosted cluster.", { maxLength: 255 }),
                      },
                      "A class and what it stands on.",
                    ),
                    "Snapshot classes of the hosted cluster and what they stand on.",
                    { maxItems: 50, rules: [immutable("volumeSnapshotClassMapping cannot change once it is set")] },
                  ),
                ),
              },
              "Classes, for type `Manual`.",
              { rules: [immutable("the manual part of the storage driver cannot change once it is set")] },
            ),
          ),
        },
        "How the hosted cluster gets storage from the cluster underneath.",
        { rules: [immutable("storageDriver cannot change once it is set")] },
      ),
    ),
  },
  "Nodes are KubeVirt virtual machines. Set where type is `KubeVirt`.",
  {
    rules: [
      rule("!has(oldSelf.generateID) || has(self.generateID)", "keep generateID as it is: it cannot be taken away"),
    ],
  },
);

/** The KubeVirt platform of a node pool. */
export const kubevirtNodePoolPlatform = object(
  {
    rootVolume: object(
      {
        type: optional(oneOf(["Persistent"], "Kind of disk.", { default: "Persistent" })),
        diskImage: optional(
          object(
            {
              containerDiskImage: optional(
                text("Container image with the disk; that of the release where absent.", { maxLength: 2048 }),
              ),
            },
            "What the disk is filled with.",
          ),
        ),
        persistent: optional(
          object(
            {
              size: optional(quantity("Size of the disk.", { default: "32Gi" })),
              storageClass: optional(text("Storage class; the default one where absent.", { maxLength: 255 })),
              accessModes: optional(
                list(
                  oneOf(["ReadWriteOnce", "ReadWriteMany", "ReadOnly", "ReadWriteOncePod"], "An access mode."),
                  "Access modes of the disk's claim.",
                  { maxItems: 10 },
                ),
              ),
              volumeMode: optional(oneOf(["Filesystem", "Block"], "Volume mode of the disk's claim.")),
            },
            "The disk's claim.",
          ),
        ),
        cacheStrategy: optional(
          object(
            {
              type: oneOf(["None", "PVC"], "`PVC`: the image is fetched once, and disks are cloned from it.", {
                default: "None",
              }),
            },
            "Whether the image is kept for the next virtual machine.",
          ),
        ),
      },
      "The disk that a virtual machine boots from.",
      { default: { persistent: { size: "32Gi" }, type: "Persistent" } },
    ),
    compute: optional(
      object(
        {
          memory: optional(quantity("Memory.", { default: "8Gi" })),
          cores: optional(int32("Number of processors.", { minimum: 1 })),
          qosClass: optional(
            oneOf(["Burstable", "Guaranteed"], "`Guaranteed`: processors and memory are reserved in full.", {
              default: "Burstable",
            }),
          ),
        },
        "Size of a virtual machine.",
        { default: { memory: "8Gi", cores: 2 } },
      ),
    ),
    networkInterfaceMultiqueue: optional(
      oneOf(["Enable", "Disable"], "Whether network interfaces have one queue for each processor.", {
        default: "Enable",
      }),
    ),
    additionalNetworks: optional(
      list(
        object(
          {
            name: text("Namespace and name of the network attachment definition, with a slash between.", {
              maxLength: 255,
            }),
          },
          "A network.",
        ),
        "More networks that a virtual machine is attached to.",
        { maxItems: 20 },
      ),
    ),
    attachDefaultNetwork: optional(
      bool(
        "Whether a virtual machine is attached to the pod network underneath. Without it, give `additionalNetworks`.",
        {
          default: true,
        },
      ),
    ),
    nodeSelector: optional(map("Labels that the node underneath must have.")),
    hostDevices: optional(
      list(
        object(
          {
            deviceName: text("Name of the device's resource.", { maxLength: 255 }),
            count: optional(int64("How many of it.", { default: 1, minimum: 1, maximum: 2147483647 })),
          },
          "A device.",
        ),
        "Devices of the node underneath that a virtual machine gets.",
        { maxItems: 10 },
      ),
    ),
  },
  "Size and disks of the virtual machines.",
);
