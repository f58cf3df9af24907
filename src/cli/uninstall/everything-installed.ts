import type { Resource } from "../../kube/resource.ts";
import { installManifests } from "../install/manifests.ts";

/** Every object that `hcp install` makes with any of its flags, but for the namespace and the definitions: by name. */
export function everythingInstalled(namespace: string): Resource[] {
  const manifests = installManifests({
    namespace,
    images: { roost: "none", clusterApi: "none", externalDns: "none" },
    defaultRelease: "",
    supportedVersions: [],
    serverVersion: "",
    pullPolicy: "IfNotPresent",
    pullSecret: "{}",
    trustBundle: { pem: "", hash: "" },
    environment: {},
    egressBlockCidrs: [],
    allowedReleases: [],
    allowedOverrides: [],
    flags: "",
    externalDns: { provider: "aws", credentials: "", args: [] },
  });
  return manifests.filter(({ kind }) => kind !== "Namespace");
}
