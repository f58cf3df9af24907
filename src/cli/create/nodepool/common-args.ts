import { checked, choice, duration, flag, integer } from "../../arg.ts";
import { imageCheck, nameCheck } from "../check-words.ts";

/** The flags of `create nodepool` that every platform has, with the names and defaults of HyperShift. */
export const commonArgs = {
  name: checked("The NodePool's name", nameCheck, { required: true, placeholder: "NAME" }),
  namespace: checked("Where the HostedCluster is", nameCheck, { default: "clusters", placeholder: "NAME", short: "n" }),
  clusterName: checked("The hosted cluster that gets the nodes", nameCheck, {
    default: "example",
    placeholder: "NAME",
  }),
  replicas: integer("Number of nodes", { default: 2, max: 5000, aliases: ["node-count"] }),
  releaseImage: checked("The nodes' release; that of the cluster where absent", imageCheck, { placeholder: "IMAGE" }),
  nodeUpgradeType: choice(["Replace", "InPlace"], "How nodes get a new version"),
  arch: choice(["amd64", "arm64", "ppc64le", "s390x"], "The nodes' architecture", { default: "amd64" }),
  autoRepair: flag("Replace nodes that are not healthy"),
  nodeDrainTimeout: duration("How long draining a node may take"),
  render: flag("Print the manifest instead of applying it"),
};
