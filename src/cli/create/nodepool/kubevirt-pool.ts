import type { NodePool } from "../../../api/node-pool.ts";
import { checked, choice, flag, integer, list, pairs, text } from "../../arg.ts";
import type { Values } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";
import { quantityCheck } from "../check-words.ts";

/** The flags that describe the virtual machines of a NodePool. */
export const kubevirtPoolArgs = {
  memory: checked("Memory of a node", quantityCheck, { default: "4Gi", placeholder: "SIZE" }),
  cores: integer("Processors of a node", { default: 2, min: 1 }),
  qosClass: choice(["Burstable", "Guaranteed"], "How memory and processors are reserved"),
  rootVolumeSize: integer("Size of a node's disk in GiB", { default: 32, min: 16 }),
  rootVolumeStorageClass: text("StorageClass of a node's disk", { placeholder: "NAME" }),
  rootVolumeAccessModes: list("Access modes of the disk's claim", {
    separator: ",",
    placeholder: "MODE",
    check: oneOf("ReadWriteOnce", "ReadWriteMany", "ReadOnly", "ReadWriteOncePod"),
  }),
  rootVolumeVolumeMode: choice(["Filesystem", "Block"], "Volume mode of the disk's claim"),
  rootVolumeCacheStrategy: choice(["None", "PVC"], "PVC: fetch the disk's image once and clone it"),
  containerdisk: text("Another image for the disk", { placeholder: "IMAGE" }),
  networkMultiqueue: choice(["Enable", "Disable"], "Several queues for a node's network interface", {
    default: "Enable",
  }),
  additionalNetwork: list("One more network interface: name:NAMESPACE/NAME", { placeholder: "NETWORK" }),
  attachDefaultNetwork: flag("Attach the pod network too", { default: true }),
  vmNodeSelector: pairs("A label that the virtual machines' host nodes must have"),
  hostDeviceName: list("A device of the host: NAME[,count:N]", { placeholder: "DEVICE" }),
};

function oneOf(...words: string[]) {
  return (value: string) => (words.includes(value) ? undefined : `one of ${words.join(", ")}`);
}

/** The platform part of a NodePool of virtual machines. */
export function kubevirtPool(args: Values<typeof kubevirtPoolArgs>): NodePool["spec"]["platform"] {
  const networks = args.additionalNetwork.map(readNetwork);
  if (!args.attachDefaultNetwork && networks.length === 0) {
    throw new UsageError(
      "--attach-default-network=false leaves the nodes without a network",
      "give --additional-network",
    );
  }
  const devices = args.hostDeviceName.map(readDevice);
  return {
    type: "KubeVirt",
    kubevirt: {
      compute: { memory: args.memory, cores: args.cores, ...(args.qosClass ? { qosClass: args.qosClass } : {}) },
      rootVolume: {
        type: "Persistent",
        persistent: {
          size: `${args.rootVolumeSize}Gi`,
          ...(args.rootVolumeStorageClass ? { storageClass: args.rootVolumeStorageClass } : {}),
          ...(args.rootVolumeAccessModes.length > 0 ? { accessModes: args.rootVolumeAccessModes } : {}),
          ...(args.rootVolumeVolumeMode ? { volumeMode: args.rootVolumeVolumeMode } : {}),
        },
        ...(args.rootVolumeCacheStrategy ? { cacheStrategy: { type: args.rootVolumeCacheStrategy } } : {}),
        ...(args.containerdisk ? { diskImage: { containerDiskImage: args.containerdisk } } : {}),
      },
      networkInterfaceMultiqueue: args.networkMultiqueue,
      ...(networks.length > 0 ? { additionalNetworks: networks, attachDefaultNetwork: args.attachDefaultNetwork } : {}),
      ...(Object.keys(args.vmNodeSelector).length > 0 ? { nodeSelector: args.vmNodeSelector } : {}),
      ...(devices.length > 0 ? { hostDevices: devices } : {}),
    },
  } as NodePool["spec"]["platform"];
}

function readNetwork(text: string): { name: string } {
  const [key, name, ...more] = text.split(":");
  if (key !== "name" || !name || !/^[^/]+\/[^/]+$/.test(name) || more.length > 0) {
    throw new UsageError(`--additional-network "${text}" is not of the form name:NAMESPACE/NAME`);
  }
  return { name };
}

function readDevice(text: string): { deviceName: string; count: number } {
  const [deviceName = "", ...options] = text.split(",");
  const [option = "count:1", ...more] = options;
  const count = Number(option.match(/^count:(\d+)$/)?.[1]);
  if (!deviceName || !count || more.length > 0) {
    throw new UsageError(`--host-device-name "${text}" is not of the form NAME or NAME,count:N`);
  }
  return { deviceName, count };
}
