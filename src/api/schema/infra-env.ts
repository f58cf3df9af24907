import { InfraEnv } from "../infra-env.ts";
import { conditions } from "./conditions.ts";
import { age, type Definition } from "./definition.ts";
import { list, map, object, oneOf, optional, text, time } from "./field.ts";
import { labelSelector } from "./label-selector.ts";
import { localReference } from "./local-reference.ts";
import { observedGeneration, unobserved } from "./observed.ts";

/** What hosts of this environment boot with. */
export const infraEnvSpec = object(
  {
    clusterRef: optional(
      object(
        {
          name: text("Name of the cluster.", { maxLength: 253 }),
          namespace: text("Namespace of the cluster.", { maxLength: 63 }),
        },
        "Binds every host of this environment to one cluster. Left out for hosted clusters: their node pools pick hosts.",
      ),
    ),
    pullSecretRef: optional(
      localReference("Secret with the pull secret that the hosts get (key `.dockerconfigjson`)."),
    ),
    sshAuthorizedKey: optional(text("Public SSH key for the user `core` of a discovered host.")),
    agentLabels: optional(map("Labels that every Agent of this environment gets.")),
    cpuArchitecture: optional(
      text("Architecture of the hosts, such as `x86_64` or `arm64`.", { default: "x86_64", maxLength: 20 }),
    ),
    ignitionConfigOverride: optional(text("Ignition JSON merged over the discovery configuration.")),
    imageType: optional(oneOf(["", "full-iso", "minimal-iso"], "Which discovery image is made.")),
    ipxeScriptType: optional(oneOf(["", "DiscoveryImageAlways", "BootOrderControl"], "How the iPXE script behaves.")),
    osImageVersion: optional(text("Version of the discovery system; the newest where empty.", { maxLength: 64 })),
    additionalNTPSources: optional(
      list(text("Name or address.", { maxLength: 253 }), "More time servers for the hosts.", { maxItems: 50 }),
    ),
    additionalTrustBundle: optional(text("More certificate authorities that the hosts trust, in PEM.")),
    kernelArguments: optional(
      list(
        object(
          {
            operation: optional(oneOf(["append", "replace", "delete"], "What to do with the argument.")),
            value: optional(text("The argument, without spaces outside quotes.", { maxLength: 1024 })),
          },
          "A change to the kernel's arguments.",
        ),
        "Changes to the kernel's arguments.",
        { maxItems: 64 },
      ),
    ),
    mirrorRegistryRef: optional(
      object(
        {
          name: text("Name of the ConfigMap.", { maxLength: 253 }),
          namespace: text("Its namespace.", { maxLength: 63 }),
        },
        "ConfigMap with the registries.conf that the hosts use.",
      ),
    ),
    nmStateConfigLabelSelector: optional(labelSelector("Which NMStateConfig objects give the hosts static addresses.")),
    proxy: optional(
      object(
        {
          httpProxy: optional(text("Proxy for HTTP.", { maxLength: 2048 })),
          httpsProxy: optional(text("Proxy for HTTPS.", { maxLength: 2048 })),
          noProxy: optional(text("Names and networks reached directly, separated by commas.", { maxLength: 4096 })),
        },
        "How the hosts reach the outside.",
      ),
    ),
  },
  "What hosts boot with.",
);

/** Where the boot artifacts of the environment are. */
export const infraEnvStatus = object(
  {
    observedGeneration,
    isoDownloadURL: optional(text("Where the discovery image can be fetched.")),
    createdTime: optional(time("When the present image was made.")),
    bootArtifacts: optional(
      object(
        {
          discoveryIgnitionURL: optional(text("Where a booting host fetches the discovery configuration.")),
          kernel: optional(text("Where the kernel is.")),
          initrd: optional(text("Where the initial RAM disk is.")),
          rootfs: optional(text("Where the root file system is.")),
          ipxeScript: optional(text("Where the iPXE script is.")),
        },
        "What a host needs to boot over the network.",
      ),
    ),
    agentLabelSelector: optional(labelSelector("Selects the Agents of this environment.")),
    infraEnvDebugInfo: optional(
      object(
        {
          eventsURL: optional(text("Where events of the environment can be read.")),
          staticNetworkDownloadURL: optional(text("Where the static network files can be fetched.")),
        },
        "For finding out why hosts do not appear.",
      ),
    ),
    conditions: optional(conditions("`ImageCreated` is True once hosts can boot.")),
  },
  "Where the boot artifacts are.",
  { default: unobserved },
);

export const infraEnvDefinition: Definition = {
  kind: InfraEnv,
  singular: "infraenv",
  description:
    "An environment that hosts come from: it gives the discovery image or configuration that they boot with, and each host that does registers as an Agent in the same namespace.",
  spec: infraEnvSpec,
  status: infraEnvStatus,
  columns: [
    {
      name: "ISO Created At",
      path: ".status.createdTime",
      type: "string",
      description: "When the present image was made.",
    },
    {
      name: "ISO URL",
      path: ".status.isoDownloadURL",
      description: "Where the discovery image can be fetched.",
      priority: 1,
    },
    age,
  ],
};
