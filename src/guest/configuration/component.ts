import type { Component } from "../component.ts";
import { clusterDns, clusterIngress, clusterNetwork, clusterProxy } from "./addresses.ts";
import { clusterVersion } from "./cluster-version.ts";
import { imageMirrors } from "./image-mirrors.ts";
import { infrastructure } from "./infrastructure.ts";
import { mirrored } from "./mirrored.ts";

/** What the HostedCluster configures, where software for OpenShift looks for it. The HostedCluster is the only source. */
export const configuration: Component = {
  name: "configuration",
  manifests: [
    infrastructure,
    clusterVersion,
    clusterDns,
    clusterIngress,
    clusterNetwork,
    clusterProxy,
    imageMirrors,
    mirrored("APIServer", "apiServer"),
    mirrored("Authentication", "authentication"),
    mirrored("FeatureGate", "featureGate"),
    mirrored("Image", "image"),
    mirrored("OAuth", "oauth"),
    mirrored("OperatorHub", "operatorhub"),
    mirrored("Scheduler", "scheduler"),
    mirrored("Console"),
  ],
};
