import { NodePool } from "../node-pool.ts";
import type { Definition } from "./definition.ts";
import {
  bool,
  immutable,
  int32,
  intOrString,
  list,
  map,
  object,
  oneOf,
  optional,
  ratcheted,
  rule,
  text,
} from "./field.ts";
import { localReference } from "./local-reference.ts";
import { nodePoolConditions } from "./node-pool-conditions.ts";
import { observedGeneration, unobserved } from "./observed.ts";
import { pausedUntil } from "./paused-until.ts";
import { nodePoolPlatform, nodePoolPlatformStatus } from "./platform/platform.ts";
import { release } from "./release.ts";

/** More nodes than Kubernetes runs in one cluster; a larger number is a slip, and overflows where others are added to it. */
const mostNodes = 5000;
const nodeCount = rule(
  `self >= 0 && self <= ${mostNodes}`,
  `write a number of nodes from 0 to ${mostNodes}, the most that Kubernetes runs in a cluster`,
);

const share = rule(
  "type(self) == string ? self.matches('^([0-9]|[1-9][0-9]|100)%$') : int(self) >= 0 && int(self) <= 5000",
  "write a number of nodes from 0 to 5000, or a share from 0% to 100%",
);

const nodeTimeout = (description: string) =>
  text(description, {
    maxLength: 64,
    rules: [
      rule(
        "self in ['', '0'] || self.matches('^([0-9]+([.][0-9]+)?(ns|us|µs|ms|s|m|h))+$')",
        "write a duration such as 90s, 10m or 1h30m, or 0s for no limit",
      ),
    ],
  });

const osImageStream = (description: string, rules: ReturnType<typeof rule>[] = []) =>
  object({ name: oneOf(["rhel-9", "rhel-10"], "Name of the stream.") }, description, { rules });

/** What is asked of a node pool. */
export const nodePoolSpec = object(
  {
    clusterName: text("Name of the HostedCluster in the same namespace that the nodes belong to.", {
      minLength: 1,
      maxLength: 253,
      rules: [
        immutable("clusterName cannot change: make a node pool for the other cluster"),
        rule(
          "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
          "write clusterName in lower case letters, digits and hyphens, with a letter or digit at both ends",
        ),
      ],
    }),
    release: release(
      "The release that the nodes run: that of the cluster, or an older one that goes with it. Change it to update the nodes.",
    ),
    platform: nodePoolPlatform,
    replicas: optional(int32("How many nodes. Leave it out where autoScaling is given.", { rules: [nodeCount] })),
    autoScaling: optional(
      object(
        {
          min: int32("Fewest nodes.", { minimum: 0 }),
          max: int32("Most nodes.", { minimum: 1, rules: [nodeCount] }),
        },
        "Lets the cluster autoscaler choose how many nodes there are.",
        { rules: [rule("self.min <= self.max", "write a max that is not below min")] },
      ),
    ),
    management: object(
      {
        upgradeType: oneOf(
          ["Replace", "InPlace"],
          "How nodes get a new release or configuration. `Replace`: new nodes take the place of old ones. `InPlace`: nodes change their own configuration and reboot.",
          { rules: [immutable("upgradeType cannot change: make another node pool")] },
        ),
        replace: optional(
          object(
            {
              strategy: optional(
                oneOf(
                  ["RollingUpdate", "OnDelete"],
                  "`RollingUpdate`: without hands. `OnDelete`: whenever a machine is deleted.",
                ),
              ),
              rollingUpdate: optional(
                object(
                  {
                    maxUnavailable: optional(
                      intOrString(
                        "How many nodes may be missing during an update, as a number or a share such as `10%`.",
                        { rules: [share] },
                      ),
                    ),
                    maxSurge: optional(
                      intOrString("How many nodes there may be too many during an update, as a number or a share.", {
                        rules: [share],
                      }),
                    ),
                  },
                  "How fast.",
                  {
                    rules: [
                      rule(
                        "!has(self.maxSurge) || !has(self.maxUnavailable) || !(string(self.maxSurge) in ['0', '0%'] && string(self.maxUnavailable) in ['0', '0%'])",
                        "write a maxSurge or a maxUnavailable above 0: with neither no node can be replaced",
                      ),
                    ],
                  },
                ),
              ),
            },
            "For upgradeType `Replace`.",
            {
              default: { strategy: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
              rules: [
                rule(
                  "!has(self.rollingUpdate) || (has(self.strategy) && self.strategy == 'RollingUpdate')",
                  "leave out rollingUpdate, or set strategy to RollingUpdate",
                ),
              ],
            },
          ),
        ),
        inPlace: optional(
          object(
            {
              maxUnavailable: optional(
                intOrString("How many nodes may be missing during an update, as a number or a share such as `10%`.", {
                  rules: [share],
                }),
              ),
            },
            "For upgradeType `InPlace`.",
          ),
        ),
        autoRepair: optional(bool("Whether machines whose nodes stay unhealthy are replaced.", { default: false })),
      },
      "How nodes are updated and repaired.",
      {
        rules: [
          ratcheted(
            rule(
              "!has(self.inPlace) || self.upgradeType == 'InPlace'",
              "leave out inPlace, or set upgradeType to InPlace",
            ),
          ),
        ],
      },
    ),
    config: optional(
      list(
        localReference(
          "ConfigMap with a MachineConfig, KubeletConfig, ContainerRuntimeConfig or ImageContentSourcePolicy (key `config`).",
        ),
        "Configuration of the nodes. A change rolls it out as upgradeType says.",
        { maxItems: 10 },
      ),
    ),
    tuningConfig: optional(
      list(localReference("ConfigMap with a Tuned or a PerformanceProfile (key `tuning`)."), "Tuning of the nodes.", {
        maxItems: 10,
      }),
    ),
    nodeLabels: optional(
      map("Labels of the nodes. They reach nodes when these are made, and later as well.", {
        maxProperties: 50,
        values: text("The label's value.", {
          maxLength: 63,
          rules: [
            rule(
              "self.matches('^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$')",
              "use letters, digits and - _ . for the value of a label, with a letter or digit at both ends",
            ),
          ],
        }),
        rules: [
          rule(
            "self.all(key, size(key) <= 317 && key.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",
            "write names of labels such as tier or example.com/tier: letters, digits and - _ . , at most 63 behind the slash, with a letter or digit at both ends",
          ),
        ],
      }),
    ),
    taints: optional(
      list(
        object(
          {
            key: text("The taint's name.", {
              minLength: 1,
              maxLength: 253,
              rules: [
                rule(
                  "self.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$')",
                  "write the name of a taint, such as example.com/dedicated",
                ),
              ],
            }),
            value: optional(
              text("The taint's value.", {
                maxLength: 253,
                rules: [
                  rule(
                    "self.matches('^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$')",
                    "use letters, digits and - _ . for the value of a taint, with a letter or digit at both ends",
                  ),
                ],
              }),
            ),
            effect: oneOf(
              ["NoSchedule", "PreferNoSchedule", "NoExecute"],
              "What happens to pods that do not accept the taint.",
            ),
          },
          "A taint.",
        ),
        "Taints of the nodes.",
        { maxItems: 50 },
      ),
    ),
    arch: optional(
      oneOf(["arm64", "amd64", "ppc64le", "s390x"], "Architecture of the nodes.", {
        default: "amd64",
        rules: [immutable("arch cannot change: make another node pool")],
      }),
    ),
    nodeDrainTimeout: optional(
      nodeTimeout("How long pods may take to leave a node that goes, such as `10m`. For ever where absent or 0."),
    ),
    nodeVolumeDetachTimeout: optional(
      nodeTimeout("How long volumes may take to leave a node that goes, such as `10m`. For ever where absent or 0."),
    ),
    osImageStream: optional(
      osImageStream("Operating system of the nodes.", [
        rule(
          "oldSelf.name != 'rhel-10' || self.name != 'rhel-9'",
          "make another node pool for rhel-9: nodes cannot go back from rhel-10",
        ),
      ]),
    ),
    pausedUntil: optional(
      pausedUntil(
        "Stops the operators from changing anything for this pool: until a time (RFC 3339), or `true`: until this is taken away. Not paused where absent, empty or `false`.",
      ),
    ),
  },
  "What is asked of the node pool.",
  {
    rules: [
      ratcheted(
        rule(
          "self.arch != 'arm64' || has(self.platform.aws) || has(self.platform.azure) || has(self.platform.agent) || self.platform.type in ['GCP', 'None']",
          "use arm64 on AWS, Azure, Agent, GCP or None only",
        ),
      ),
      ratcheted(
        rule(
          "self.arch != 's390x' || has(self.platform.kubevirt) || has(self.platform.agent)",
          "use s390x on KubeVirt or Agent only",
        ),
      ),
      ratcheted(
        rule(
          "self.arch != 'ppc64le' || !(self.platform.type in ['AWS', 'Azure', 'GCP', 'KubeVirt'])",
          "use ppc64le on PowerVS, Agent or None: AWS, Azure, GCP and KubeVirt have no such machines",
        ),
      ),
      ratcheted(rule("!has(self.replicas) || !has(self.autoScaling)", "write replicas or autoScaling, not both")),
      ratcheted(
        rule(
          "!has(self.platform.aws) || !has(self.platform.aws.imageType) || self.platform.aws.imageType != 'Windows' || self.arch == 'amd64'",
          "set arch to amd64 for Windows nodes",
        ),
      ),
      ratcheted(
        rule(
          "!has(self.autoScaling) || self.autoScaling.min > 0 || self.platform.type in ['AWS', 'Azure']",
          "write autoScaling.min of 1 or more: only AWS and Azure can start from no node",
        ),
      ),
      rule(
        "!has(oldSelf.osImageStream) || has(self.osImageStream)",
        "keep osImageStream: make another node pool to go without",
      ),
    ],
  },
);

/** What is known of a node pool. */
export const nodePoolStatus = object(
  {
    observedGeneration,
    replicas: optional(int32("How many nodes there are.")),
    version: optional(text("The release that all nodes run.", { maxLength: 64 })),
    nodesInfo: optional(
      object(
        {
          nodeVersions: list(
            object(
              {
                ocpVersion: text("Version of the release.", {
                  minLength: 1,
                  maxLength: 64,
                  rules: [
                    rule(
                      "self.matches('^[0-9]+[.][0-9]+[.][0-9]+')",
                      "report a version that begins with three numbers, such as 1.34.4",
                    ),
                  ],
                }),
                kubeletVersion: text("Version of the kubelet.", {
                  minLength: 1,
                  maxLength: 64,
                  rules: [
                    rule(
                      "self.matches('^v?[0-9]+[.][0-9]+[.][0-9]+')",
                      "report a kubelet version that begins with three numbers, such as v1.34.4",
                    ),
                  ],
                }),
                readyNodeCount: int32("How many of these nodes are ready.", { minimum: 0 }),
                unreadyNodeCount: int32("How many of these nodes are not ready.", { minimum: 0 }),
              },
              "Nodes of one version.",
            ),
            "How many nodes run which version.",
            { minItems: 1, maxItems: 100, listType: "atomic" },
          ),
        },
        "The nodes themselves.",
      ),
    ),
    osImageStream: optional(osImageStream("Operating system that the nodes run.")),
    platform: optional(nodePoolPlatformStatus),
    conditions: optional(nodePoolConditions),
  },
  "What is known of the node pool.",
  { default: unobserved },
);

export const nodePoolDefinition: Definition = {
  kind: NodePool,
  singular: "nodepool",
  shortNames: ["np", "nps"],
  categories: ["hypershift"],
  description: "Nodes of the same kind for one hosted cluster: how many, what they run on, and which release they run.",
  spec: nodePoolSpec,
  specRequired: true,
  status: nodePoolStatus,
  alsoServed: ["v1alpha1"],
  scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
  columns: [
    { name: "Cluster", path: ".spec.clusterName", description: "The hosted cluster." },
    { name: "Desired Nodes", path: ".spec.replicas", type: "integer", description: "How many nodes are asked for." },
    { name: "Current Nodes", path: ".status.replicas", type: "integer", description: "How many nodes there are." },
    {
      name: "Autoscaling",
      path: '.status.conditions[?(@.type=="AutoscalingEnabled")].status',
      description: "Whether the cluster autoscaler chooses how many.",
    },
    {
      name: "Autorepair",
      path: '.status.conditions[?(@.type=="AutorepairEnabled")].status',
      description: "Whether unhealthy nodes are replaced.",
    },
    { name: "Version", path: ".status.version", description: "The release that all nodes run." },
    {
      name: "UpdatingVersion",
      path: '.status.conditions[?(@.type=="UpdatingVersion")].status',
      description: "Whether nodes get a new release.",
    },
    {
      name: "UpdatingConfig",
      path: '.status.conditions[?(@.type=="UpdatingConfig")].status',
      description: "Whether nodes get a new configuration.",
    },
    {
      name: "Message",
      path: '.status.conditions[?(@.type=="Ready")].message',
      description: "Why nodes are ready or not.",
    },
  ],
};
