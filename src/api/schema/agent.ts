import type { TSchema } from "typebox";
import { Agent } from "../agent.ts";
import { conditions } from "./conditions.ts";
import type { Definition } from "./definition.ts";
import { anything, bool, int64, list, map, object, oneOf, optional, text, time } from "./field.ts";

const reference = (description: string) =>
  object(
    {
      name: text("Name of the object.", { maxLength: 253 }),
      namespace: text("Namespace of the object.", { maxLength: 63 }),
    },
    description,
  );

/** What is asked of a host. */
export const agentSpec = object(
  {
    approved: bool("Whether the host may be used. A host that has just registered waits until somebody sets this."),
    hostname: optional(text("Name for the host; its own where empty.", { maxLength: 253 })),
    role: optional(
      oneOf(
        ["", "auto-assign", "master", "worker", "bootstrap", "arbiter"],
        "What the host becomes. Hosts of a node pool become workers.",
      ),
    ),
    clusterDeploymentName: optional(
      reference(
        "The cluster that the host belongs to. Set while a machine of a node pool uses the host, absent while it is free.",
      ),
    ),
    installation_disk_id: optional(
      text("The disk to install on; the host's first suitable one where empty.", { maxLength: 1024 }),
    ),
    installerArgs: optional(text("More arguments for the installer, as a JSON list of strings.", { maxLength: 4096 })),
    ignitionConfigOverrides: optional(text("Ignition JSON merged over the host's configuration.")),
    machineConfigPool: optional(text("The part of the configuration that the host asks for.", { maxLength: 253 })),
    ignitionEndpointTokenReference: optional(
      reference("Secret with the token (key `ignition-token`) that the host shows to the ignition server."),
    ),
    ignitionEndpointHTTPHeaders: optional(map("More HTTP headers for the request to the ignition server.")),
    nodeLabels: optional(map("Labels for the node that the host becomes.")),
  },
  "What is asked of the host.",
);

/** What a host says of itself is short, whoever the host is. */
const fact = (description: string) => text(description, { maxLength: 256 });
const facts = <T extends TSchema>(item: T, description: string) => list(item, description, { maxItems: 64 });

const disk = object(
  {
    id: optional(fact("A path that stays the same from boot to boot.")),
    name: optional(fact("Kernel name, such as `sda`.")),
    path: optional(fact("Device path, such as `/dev/sda`.")),
    byPath: optional(fact("Path under `/dev/disk/by-path`.")),
    byID: optional(fact("Path under `/dev/disk/by-id`.")),
    driveType: optional(fact("Kind of disk, such as `HDD` or `SSD`.")),
    hctl: optional(fact("SCSI address.")),
    model: optional(fact("Model.")),
    vendor: optional(fact("Vendor.")),
    serial: optional(fact("Serial number.")),
    wwn: optional(fact("World wide name.")),
    sizeBytes: optional(int64("Size in bytes.")),
    bootable: optional(bool("Whether it has boot code.")),
    smart: optional(fact("What the disk says about its health.")),
    installationEligibility: optional(
      object(
        {
          eligible: optional(bool("Whether the host can be installed on it.")),
          notEligibleReasons: optional(facts(fact("A reason."), "Why not.")),
        },
        "Whether the host can be installed on this disk.",
      ),
    ),
    ioPerf: optional(
      object({ syncDurationMilliseconds: optional(int64("How long a sync takes.")) }, "Measured speed."),
    ),
  },
  "A disk.",
);

const networkInterface = object(
  {
    name: optional(fact("Name, such as `eth0`.")),
    macAddress: optional(fact("Hardware address.")),
    ipV4Addresses: optional(facts(fact("Address with prefix length."), "IPv4 addresses.")),
    ipV6Addresses: optional(facts(fact("Address with prefix length."), "IPv6 addresses.")),
    hasCarrier: optional(bool("Whether a cable is in.")),
    mtu: optional(int64("Largest packet.")),
    speedMbps: optional(int64("Speed in Mbit/s.")),
    product: optional(fact("Product.")),
    vendor: optional(fact("Vendor.")),
    biosDevName: optional(fact("Name given by the firmware.")),
    clientId: optional(fact("DHCP client id.")),
    flags: optional(facts(fact("A flag."), "Kernel flags of the interface.")),
  },
  "A network interface.",
);

/** What is known of a host. */
export const agentStatus = object(
  {
    bootstrap: optional(bool("Not used by hosted clusters.")),
    role: optional(fact("What the host has become.")),
    phase: optional(
      oneOf(
        ["discovery", "installed"],
        "`discovery` while the host runs from memory, `installed` while it runs from its disk.",
      ),
    ),
    kind: optional(fact("How the host came here.")),
    deploymentName: optional(reference("The cluster that the host is a node of.")),
    installation_disk_id: optional(fact("The disk that is used.")),
    inventory: optional(
      object(
        {
          hostname: optional(fact("The host's own name.")),
          bmcAddress: optional(fact("Address of the management controller.")),
          bmcV6Address: optional(fact("IPv6 address of the management controller.")),
          reportTime: optional(time("When the host reported this.")),
          cpu: optional(
            object(
              {
                architecture: optional(fact("Such as `x86_64`.")),
                count: optional(int64("Number of processors.")),
                clockMegahertz: optional(int64("Clock rate.")),
                modelName: optional(fact("Model.")),
                flags: optional(facts(fact("A flag."), "Processor flags.")),
              },
              "Processors.",
            ),
          ),
          memory: optional(
            object(
              {
                physicalBytes: optional(int64("Installed memory.")),
                usableBytes: optional(int64("Memory that the system can use.")),
              },
              "Memory.",
            ),
          ),
          disks: optional(facts(disk, "Disks.")),
          interfaces: optional(facts(networkInterface, "Network interfaces.")),
          boot: optional(
            object(
              {
                currentBootMode: optional(fact("`bios` or `uefi`.")),
                pxeInterface: optional(fact("The interface that it booted from.")),
                deviceType: optional(fact("What it booted from.")),
              },
              "How the host booted.",
            ),
          ),
          systemVendor: optional(
            object(
              {
                manufacturer: optional(fact("Manufacturer.")),
                productName: optional(fact("Product.")),
                serialNumber: optional(fact("Serial number.")),
                virtual: optional(bool("Whether it is a virtual machine.")),
              },
              "Who made the machine.",
            ),
          ),
        },
        "What the host says of its hardware.",
      ),
    ),
    progress: optional(
      object(
        {
          currentStage: optional(fact("The stage that the installation is in.")),
          progressInfo: optional(text("More about the stage.", { maxLength: 512 })),
          installation: optional(fact("The installation that the stage belongs to.")),
          installationPercentage: optional(int64("How far the installation is.")),
          stageStartTime: optional(time("When the stage began.")),
          stageUpdateTime: optional(time("When the host last said something about it.")),
          progressStages: optional(facts(fact("A stage."), "All stages in order.")),
        },
        "How far the installation is.",
      ),
    ),
    ntpSources: optional(
      list(
        object(
          { sourceName: optional(text("Server.")), sourceState: optional(text("Whether it answers.")) },
          "A time server.",
        ),
        "Time servers of the host.",
      ),
    ),
    debugInfo: optional(
      object(
        {
          eventsURL: optional(text("Where the host's events can be read.")),
          logsURL: optional(text("Where its logs can be fetched.")),
          state: optional(
            text(
              "State as one word: discovering, known, binding, installing, added-to-existing-cluster, unbinding and so on.",
            ),
          ),
          stateInfo: optional(text("State as a sentence.")),
        },
        "For finding out why a host does not go on.",
      ),
    ),
    validationsInfo: optional(
      anything<Record<string, { id: string; status: string; message: string }[]>>(
        "What was checked of the host: a list of checks for each area.",
      ),
    ),
    deprovisionInfo: optional(
      object(
        {
          cluster_name: optional(text("The cluster.")),
          cluster_namespace: optional(text("Its namespace.")),
          node_name: optional(text("The node.")),
          message: optional(text("What went wrong, where something did.")),
        },
        "The cluster that the host is leaving.",
      ),
    ),
    conditions: optional(
      conditions("SpecSynced, Connected, RequirementsMet, Validated, Installed, Bound and Cleanup."),
    ),
  },
  "What is known of the host.",
);

export const agentDefinition: Definition = {
  kind: Agent,
  singular: "agent",
  description:
    "A host that booted from the discovery image of an InfraEnv, registered, and can become a node of a hosted cluster.",
  spec: agentSpec,
  status: agentStatus,
  columns: [
    { name: "Cluster", path: ".spec.clusterDeploymentName.name", description: "The cluster that the host belongs to." },
    { name: "Approved", path: ".spec.approved", type: "boolean", description: "Whether the host may be used." },
    { name: "Role", path: ".status.role", description: "What the host has become." },
    { name: "Stage", path: ".status.progress.currentStage", description: "How far the installation is." },
    { name: "State", path: ".status.debugInfo.state", description: "How the host is, in one word." },
    { name: "Hostname", path: ".status.inventory.hostname", description: "The host's own name.", priority: 1 },
    { name: "Requested Hostname", path: ".spec.hostname", description: "The name asked for.", priority: 1 },
  ],
};
