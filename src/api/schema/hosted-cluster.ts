import { HostedCluster } from "../hosted-cluster.ts";
import { autoNode, autoNodeStatus } from "./auto-node.ts";
import { autoscaling } from "./autoscaling.ts";
import { azureServiceRules } from "./azure-service-rules.ts";
import { capabilities } from "./capabilities.ts";
import { conditions } from "./conditions.ts";
import { configuration } from "./configuration/configuration.ts";
import { configurationStatus } from "./configuration-status.ts";
import { controlPlaneVersion } from "./control-plane-version.ts";
import type { Definition } from "./definition.ts";
import { etcd } from "./etcd.ts";
import { etcdStatus } from "./etcd-status.ts";
import { bool, immutable, int32, list, map, object, oneOf, optional, ratcheted, rule, text } from "./field.ts";
import { localReference } from "./local-reference.ts";
import { monitoring } from "./monitoring.ts";
import { networking } from "./networking.ts";
import { observedGeneration, unobserved } from "./observed.ts";
import { operatorConfiguration } from "./operator-configuration.ts";
import { pausedUntil } from "./paused-until.ts";
import { platform, platformStatus } from "./platform/platform.ts";
import { release } from "./release.ts";
import { secretEncryption } from "./secret-encryption.ts";
import { secretEncryptionStatus } from "./secret-encryption-status.ts";
import { serviceRules } from "./service-rules.ts";
import { services } from "./services.ts";
import { tolerations } from "./tolerations.ts";
import { versionStatus } from "./version-status.ts";

const domain = (description: string, what: string, ...rules: ReturnType<typeof rule>[]) =>
  text(description, {
    maxLength: 253,
    rules: [
      rule(
        "self == '' || self.matches('^([a-zA-Z0-9-]+|([a-zA-Z0-9-]+[.])+[a-zA-Z]{2,})$')",
        `write ${what} as a domain name such as example.com`,
      ),
      ...rules,
    ],
  });

/** What is asked of a hosted cluster. */
export const hostedClusterSpec = object(
  {
    release: release("The release that the cluster runs. Change it to update the control plane."),
    controlPlaneRelease: optional(
      release("Another release for those parts of the control plane that only run on the management cluster."),
    ),
    clusterID: optional(
      text("Id of the cluster in telemetry and updates, as a UUID; made up where absent.", {
        minLength: 36,
        maxLength: 36,
        rules: [
          rule(
            "self.matches('^[a-fA-F0-9]{8}(-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$')",
            "write clusterID as a UUID such as 0d1f0a57-4a2f-4c0e-9a54-1f6e0d8ab8f2",
          ),
          immutable("clusterID cannot change once it is set"),
        ],
      }),
    ),
    infraID: optional(
      text("Id that names and tags everything that is made for the cluster; made from its name where absent.", {
        minLength: 1,
        maxLength: 253,
        rules: [
          rule(
            "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
            "write infraID in lower case letters, digits and hyphens, with a letter or digit at both ends",
          ),
          immutable("infraID cannot change once it is set"),
        ],
      }),
    ),
    channel: optional(text("Update channel.", { minLength: 1, maxLength: 100 })),
    updateService: optional(
      text("Address of the service that is asked for available updates.", {
        rules: [rule("isURL(self)", "write updateService as a full address such as https://updates.example.com/graph")],
      }),
    ),
    platform: platform("What the nodes run on."),
    pullSecret: localReference("Secret with the credentials for image registries (key `.dockerconfigjson`)."),
    sshKey: optional(
      localReference("Secret with the public SSH key for the user `core` of every node (key `id_rsa.pub`)."),
    ),
    dns: optional(
      object(
        {
          baseDomain: domain(
            "Domain that the cluster's names are under.",
            "baseDomain",
            rule("oldSelf == '' || self == oldSelf", "baseDomain cannot change once it is set"),
          ),
          baseDomainPrefix: optional(
            domain(
              "What stands before the base domain; the cluster's name where absent, nothing where empty.",
              "baseDomainPrefix",
              immutable("baseDomainPrefix cannot change once it is set"),
            ),
          ),
          publicZoneID: optional(
            text("Id of the zone for names that the internet knows.", {
              minLength: 1,
              maxLength: 258,
              rules: [immutable("publicZoneID cannot change once it is set")],
            }),
          ),
          privateZoneID: optional(
            text("Id of the zone for names that only the nodes' network knows.", {
              minLength: 1,
              maxLength: 265,
              rules: [immutable("privateZoneID cannot change once it is set")],
            }),
          ),
        },
        "Names of the cluster.",
      ),
    ),
    networking: networking({
      default: {
        clusterNetwork: [{ cidr: "10.132.0.0/14" }],
        networkType: "OVNKubernetes",
        serviceNetwork: [{ cidr: "172.31.0.0/16" }],
      },
    }),
    services,
    kubeAPIServerDNSName: optional(
      domain("One more name for the API server, with a kubeconfig of its own.", "kubeAPIServerDNSName"),
    ),
    etcd: etcd({
      default: {
        managementType: "Managed",
        managed: { storage: { type: "PersistentVolume", persistentVolume: { size: "8Gi" } } },
      },
    }),
    controllerAvailabilityPolicy: optional(
      oneOf(
        ["HighlyAvailable", "SingleReplica"],
        "How many of each part of the control plane run: three (or two), or one.",
        {
          default: "HighlyAvailable",
          rules: [immutable("controllerAvailabilityPolicy cannot change after creation")],
        },
      ),
    ),
    infrastructureAvailabilityPolicy: optional(
      oneOf(
        ["HighlyAvailable", "SingleReplica"],
        "How many of each part of the cluster's own services run on its nodes.",
        {
          default: "SingleReplica",
        },
      ),
    ),
    issuerURL: optional(
      text("Issuer that the cluster's service account tokens name.", {
        default: "https://kubernetes.default.svc",
        maxLength: 255,
        rules: [
          immutable("issuerURL cannot change after creation"),
          rule("isURL(self)", "write issuerURL as a full address such as https://issuer.example.com"),
        ],
      }),
    ),
    serviceAccountSigningKey: optional(
      localReference(
        "Secret with the private key that service account tokens are signed with (key `key`); made where absent.",
      ),
    ),
    configuration: optional(configuration),
    operatorConfiguration: optional(operatorConfiguration),
    secretEncryption: optional(secretEncryption),
    auditWebhook: optional(
      localReference(
        "Secret with the kubeconfig of a service that audit events are sent to (key `webhook-kubeconfig`).",
      ),
    ),
    additionalTrustBundle: optional(
      localReference(
        "ConfigMap with certificate authorities that control plane and nodes trust besides the usual ones (key `ca-bundle.crt`).",
      ),
    ),
    imageContentSources: optional(
      list(
        object(
          {
            source: text("Registry, or repository in it, that images name.", { maxLength: 255 }),
            mirrors: optional(
              list(
                text("Registry or repository to try instead.", { maxLength: 255 }),
                "Mirrors, in the order in which they are tried.",
                {
                  maxItems: 255,
                  listType: "set",
                },
              ),
            ),
          },
          "A source and its mirrors.",
        ),
        "Registries that images can also be pulled from.",
        { maxItems: 255 },
      ),
    ),
    olmCatalogPlacement: optional(
      oneOf(
        ["management", "guest"],
        "Where the catalogs of operators run: in the control plane, or on the cluster's nodes.",
        {
          default: "management",
          rules: [immutable("olmCatalogPlacement cannot change after creation")],
        },
      ),
    ),
    capabilities: optional(capabilities({ default: {} })),
    autoscaling: optional(autoscaling),
    autoNode: optional(autoNode),
    monitoring: optional(monitoring),
    fips: optional(
      bool("Whether nodes use cryptography validated by FIPS.", {
        rules: [immutable("fips cannot change once it is set")],
      }),
    ),
    nodeSelector: optional(
      map("Labels that a management node must have to run the control plane.", {
        rules: [rule("size(self) <= 20", "give at most 20 labels")],
      }),
    ),
    tolerations: optional(tolerations("Taints of management nodes that the control plane accepts.", { maxItems: 25 })),
    labels: optional(map("Labels for the pods of the control plane.", { maxProperties: 20 })),
    pausedUntil: optional(
      pausedUntil(
        "Stops the operators from changing anything for this cluster: until a time (RFC 3339), or `true`: until this is taken away. Not paused where absent, empty or `false`.",
      ),
    ),
  },
  "What is asked of the cluster.",
  {
    rules: [
      ...serviceRules,
      ...azureServiceRules,
      rule(
        "self.platform.type == 'IBMCloud' || self.services == oldSelf.services",
        "services cannot change after creation: give them as they were",
      ),
      rule(
        "!has(self.configuration) || !has(self.configuration.apiServer) || !has(self.configuration.apiServer.servingCerts) || !has(self.configuration.apiServer.servingCerts.namedCertificates) || !self.services.exists(s, s.service == 'APIServer' && has(s.servicePublishingStrategy.loadBalancer) && has(s.servicePublishingStrategy.loadBalancer.hostname) && self.configuration.apiServer.servingCerts.namedCertificates.exists(c, has(c.names) && c.names.exists(n, n == s.servicePublishingStrategy.loadBalancer.hostname)))",
        "take the APIServer load balancer's hostname out of configuration.apiServer.servingCerts.namedCertificates: nodes rely on Roost's own certificate for that name",
      ),
      ratcheted(
        rule(
          "self.networking.networkType == 'OVNKubernetes' || !has(self.operatorConfiguration) || !has(self.operatorConfiguration.clusterNetworkOperator) || !has(self.operatorConfiguration.clusterNetworkOperator.ovnKubernetesConfig)",
          "leave out ovnKubernetesConfig, or set networking.networkType to OVNKubernetes",
        ),
      ),
    ],
  },
);

/** What is known of a hosted cluster. */
export const hostedClusterStatus = object(
  {
    observedGeneration,
    version: optional(versionStatus("Releases that the cluster ran and is going to run.")),
    controlPlaneVersion: optional(controlPlaneVersion),
    kubeconfig: optional(
      localReference("Secret with the kubeconfig of the cluster's administrator (key `kubeconfig`)."),
    ),
    customKubeconfig: optional(localReference("Secret with the kubeconfig for `spec.kubeAPIServerDNSName`.")),
    kubeadminPassword: optional(
      localReference("Secret with the password of the first user `kubeadmin` (key `password`)."),
    ),
    ignitionEndpoint: optional(text("Host and port where nodes fetch their configuration.", { maxLength: 1024 })),
    controlPlaneEndpoint: optional(
      object(
        { host: text("Name or address.", { maxLength: 255 }), port: int32("Port.") },
        "Where the API server answers.",
      ),
    ),
    oauthCallbackURLTemplate: optional(
      text(
        "Address that identity providers send users back to, with `[identity-provider-name]` in place of the provider's name.",
        {
          maxLength: 1024,
        },
      ),
    ),
    payloadArch: optional(oneOf(["Multi", "ARM64", "AMD64", "PPC64LE", "S390X"], "Architecture of the release image.")),
    platform: optional(platformStatus),
    autoNode: optional(autoNodeStatus),
    configuration: optional(configurationStatus),
    secretEncryption: optional(secretEncryptionStatus),
    etcd: optional(etcdStatus),
    lastSuccessfulEtcdBackupURL: optional(
      text("Where the newest complete backup of etcd is.", {
        minLength: 1,
        maxLength: 2048,
        rules: [
          rule("self.matches('^(https|s3)://')", "report a backup by an address that begins with https:// or s3://"),
        ],
      }),
    ),
    conditions: optional(
      conditions("What works and what does not. `Available`, `Progressing` and `Degraded` sum it up."),
    ),
  },
  "What is known of the cluster.",
  { default: unobserved },
);

export const hostedClusterDefinition: Definition = {
  kind: HostedCluster,
  singular: "hostedcluster",
  shortNames: ["hc", "hcs"],
  categories: ["hypershift"],
  description:
    "A Kubernetes cluster whose control plane runs as pods in the namespace `<namespace>-<name>` of this cluster. Its nodes come from NodePools.",
  spec: hostedClusterSpec,
  specRequired: true,
  status: hostedClusterStatus,
  alsoServed: ["v1alpha1"],
  rules: [
    rule(
      "!has(oldSelf.spec.infraID) || has(self.spec.infraID)",
      "keep infraID: it cannot be taken away once it is set",
    ),
    rule(
      "!has(oldSelf.spec.clusterID) || has(self.spec.clusterID)",
      "keep clusterID: it cannot be taken away once it is set",
    ),
  ],
  columns: [
    {
      name: "Version",
      path: '.status.version.history[?(@.state=="Completed")].version',
      description: "The newest release that every part runs.",
    },
    { name: "KubeConfig", path: ".status.kubeconfig.name", description: "Secret with the administrator's kubeconfig." },
    {
      name: "Progress",
      path: '.status.version.history[?(@.state!="")].state',
      description: "Whether the newest release is rolled out completely.",
    },
    {
      name: "Available",
      path: '.status.conditions[?(@.type=="Available")].status',
      description: "Whether the API server can be used.",
    },
    {
      name: "Progressing",
      path: '.status.conditions[?(@.type=="Progressing")].status',
      description: "Whether something is being changed.",
    },
    {
      name: "Message",
      path: '.status.conditions[?(@.type=="Available")].message',
      description: "Why it can or cannot be used.",
    },
  ],
};
