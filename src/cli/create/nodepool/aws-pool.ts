import type { NodePool } from "../../../api/node-pool.ts";
import { choice, integer, text } from "../../arg.ts";
import type { Values } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";

/** The flags that describe the instances of a NodePool. */
export const awsPoolArgs = {
  instanceType: text("The instances' type; m5.large or m6g.large where absent", { placeholder: "TYPE" }),
  rootVolumeType: choice(["gp2", "gp3", "io1", "io2"], "Type of a node's disk", { default: "gp3" }),
  rootVolumeSize: integer("Size of a node's disk in GiB", { default: 120, min: 8 }),
  rootVolumeIops: integer("Operations per second of a node's disk (types io1, io2, gp3)"),
  rootVolumeKmsKey: text("ARN of the key that a node's disk is encrypted with", { placeholder: "ARN" }),
};

/** What places the instances. */
interface AwsPlace {
  subnet: string;
  instanceProfile?: string;
  securityGroup?: string;
  arch: string;
}

/** The platform part of a NodePool of EC2 instances. */
export function awsPool(args: Values<typeof awsPoolArgs>, place: AwsPlace): NodePool["spec"]["platform"] {
  if (/^io/.test(args.rootVolumeType) && !args.rootVolumeIops) {
    throw new UsageError(`--root-volume-iops is required with --root-volume-type ${args.rootVolumeType}`);
  }
  return {
    type: "AWS",
    aws: {
      instanceType: args.instanceType ?? (place.arch === "arm64" ? "m6g.large" : "m5.large"),
      ...(place.instanceProfile ? { instanceProfile: place.instanceProfile } : {}),
      subnet: { id: place.subnet },
      ...(place.securityGroup ? { securityGroups: [{ id: place.securityGroup }] } : {}),
      rootVolume: {
        type: args.rootVolumeType,
        size: args.rootVolumeSize,
        ...(args.rootVolumeIops ? { iops: args.rootVolumeIops } : {}),
        ...(args.rootVolumeKmsKey ? { encryptionKey: args.rootVolumeKmsKey } : {}),
      },
    },
  } as NodePool["spec"]["platform"];
}
