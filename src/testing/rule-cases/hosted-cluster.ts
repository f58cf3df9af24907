import { fixed, of, type RuleCase } from "./rule-case.ts";

const none = of("hosted-cluster-none");
const agent = of("hosted-cluster-agent");
const aws = of("hosted-cluster-aws");
const services = (...types: string[]) =>
  ["APIServer", "OAuthServer", "Konnectivity", "Ignition"].map((service, index) => ({
    service,
    servicePublishingStrategy: { type: types[index] ?? "LoadBalancer" },
  }));
const azureKeys = "spec.secretEncryption.kms.azure";
const ovn = "spec.operatorConfiguration.clusterNetworkOperator.ovnKubernetesConfig";
const strategy = "spec.services.0.servicePublishingStrategy";

/** Rules of a HostedCluster beside those of its platform and its configuration. */
export const hostedClusterCases: readonly RuleCase[] = [
  // Names and ids.
  none("keep infraID", { from: { "spec.infraID": "demo" }, refuse: { "spec.infraID": undefined } }),
  none("keep clusterID", {
    from: { "spec.clusterID": "0d1f0a57-4a2f-4c0e-9a54-1f6e0d8ab8f2" },
    refuse: { "spec.clusterID": undefined },
  }),
  none("clusterID cannot change", {
    from: { "spec.clusterID": "0d1f0a57-4a2f-4c0e-9a54-1f6e0d8ab8f2" },
    refuse: { "spec.clusterID": "0d1f0a57-4a2f-4c0e-9a54-1f6e0d8ab8f3" },
  }),
  none("clusterID cannot change", {
    from: {},
    accept: { "spec.clusterID": "0d1f0a57-4a2f-4c0e-9a54-1f6e0d8ab8f2" },
    refuse: [],
  }),
  none("write clusterID as a UUID", {
    refuse: { "spec.clusterID": "0d1f0a57-4a2f-4c0e-9a54-1f6e0d8ab8fz" },
    accept: { "spec.clusterID": "0D1F0A57-4a2f-4c0e-9a54-1f6e0d8ab8f2" },
  }),
  none("infraID cannot change", {
    from: { "spec.infraID": "demo" },
    refuse: { "spec.infraID": "other" },
    accept: { "spec.labels": { a: "b" } },
  }),
  none("write infraID in lower case", {
    refuse: [{ "spec.infraID": "Demo" }, { "spec.infraID": "demo-" }, { "spec.infraID": "a.b" }],
    accept: [{ "spec.infraID": "d" }, { "spec.infraID": "demo-x7k2p" }],
  }),
  none("write the pull spec of a release image", {
    refuse: [{ "spec.release.image": "a b" }, { "spec.release.image": "-a" }, { "spec.release.image": "a" }],
    accept: [{ "spec.release.image": "localhost:5000/a" }, { "spec.release.image": "_a" }],
  }),
  none("write updateService as a full address", {
    refuse: { "spec.updateService": "updates.example.com" },
    accept: { "spec.updateService": "http://updates.example.com/graph" },
  }),
  none("write baseDomain as a domain name", {
    refuse: [{ "spec.dns": { baseDomain: "a b" } }, { "spec.dns": { baseDomain: "example." } }],
    accept: [{ "spec.dns": { baseDomain: "" } }, { "spec.dns": { baseDomain: "local" } }],
  }),
  none("baseDomain cannot change", {
    from: { "spec.dns": { baseDomain: "example.com" } },
    refuse: { "spec.dns": { baseDomain: "example.org" } },
  }),
  none("baseDomain cannot change", {
    from: { "spec.dns": { baseDomain: "" } },
    accept: { "spec.dns": { baseDomain: "example.com" } },
    refuse: [],
  }),
  none("write baseDomainPrefix as a domain name", {
    refuse: { "spec.dns": { baseDomain: "example.com", baseDomainPrefix: "a_b" } },
    accept: { "spec.dns": { baseDomain: "example.com", baseDomainPrefix: "" } },
  }),
  agent("baseDomainPrefix cannot change", { from: {}, refuse: { "spec.dns.baseDomainPrefix": "other" } }),
  agent("publicZoneID cannot change", { from: {}, refuse: { "spec.dns.publicZoneID": "other" } }),
  agent("privateZoneID cannot change", { from: {}, refuse: { "spec.dns.privateZoneID": "other" } }),
  none("write kubeAPIServerDNSName as a domain name", {
    refuse: { "spec.kubeAPIServerDNSName": "https://api.example.com" },
    accept: { "spec.kubeAPIServerDNSName": "api.example.com" },
  }),
  none("write issuerURL as a full address", {
    refuse: { "spec.issuerURL": "issuer" },
    accept: { "spec.issuerURL": "https://issuer.example.com/a" },
  }),
  none("issuerURL cannot change", { from: {}, refuse: { "spec.issuerURL": "https://other.example.com" } }),
  none("write true, false, an empty string", {
    refuse: [{ "spec.pausedUntil": "yes" }, { "spec.pausedUntil": "2026-01-31" }, { "spec.pausedUntil": "1" }],
    accept: [
      { "spec.pausedUntil": "" },
      { "spec.pausedUntil": null },
      { "spec.pausedUntil": "True" },
      { "spec.pausedUntil": "False" },
      { "spec.pausedUntil": "2026-01-31T18:00:00+02:00" },
    ],
  }),

  // Services.
  none("say how to publish", {
    refuse: [{ "spec.services": services().slice(1) }, { "spec.services": [] }],
    accept: { "spec.services": services("LoadBalancer", "Route", "Route", "Route") },
  }),
  of("hosted-cluster-ibmcloud")("say how to publish", {
    refuse: { "spec.services": services().slice(2) },
    accept: { "spec.services": services().slice(1) },
  }),
  none("services cannot change", {
    from: {},
    refuse: { "spec.services": services("Route") },
    accept: { "spec.services": services() },
  }),
  of("hosted-cluster-ibmcloud")("services cannot change", {
    from: {},
    refuse: [],
    accept: { "spec.services": services("Route") },
  }),
  none("write nodePort with an address", {
    refuse: [
      { [strategy]: { type: "NodePort" } },
      { [strategy]: { type: "LoadBalancer", nodePort: { address: "192.0.2.1" } } },
      { [strategy]: { type: "None", nodePort: { address: "192.0.2.1" } } },
    ],
    accept: [
      { [strategy]: { type: "NodePort", nodePort: { address: "192.0.2.1" } } },
      { [strategy]: { type: "None" } },
      { [strategy]: { type: "S3" } },
    ],
  }),
  none("leave out route", {
    refuse: [{ [strategy]: { type: "LoadBalancer", route: {} } }, { [strategy]: { type: "S3", route: {} } }],
    accept: [{ [strategy]: { type: "Route", route: {} } }, { [strategy]: { type: "Route" } }],
  }),
  none("leave out loadBalancer", {
    refuse: [{ [strategy]: { type: "Route", loadBalancer: {} } }, { [strategy]: { type: "None", loadBalancer: {} } }],
    accept: [{ [strategy]: { type: "LoadBalancer", loadBalancer: {} } }, { [strategy]: { type: "LoadBalancer" } }],
  }),
  none("write a full domain name", {
    refuse: [
      { [strategy]: { type: "LoadBalancer", loadBalancer: { hostname: "api" } } },
      { [strategy]: { type: "Route", route: { hostname: "192.0.2.1" } } },
    ],
    accept: { [strategy]: { type: "Route", route: { hostname: "api.example.com" } } },
  }),
  none("write a host name such as node.example.com", {
    refuse: [
      { [strategy]: { type: "NodePort", nodePort: { address: "node" } } },
      { [strategy]: { type: "NodePort", nodePort: { address: "192.0.2" } } },
      { [strategy]: { type: "NodePort", nodePort: { address: "2001:db8::g" } } },
    ],
    accept: [
      { [strategy]: { type: "NodePort", nodePort: { address: "node.example.com" } } },
      { [strategy]: { type: "NodePort", nodePort: { address: "localhost" } } },
      { [strategy]: { type: "NodePort", nodePort: { address: "2001:db8::1" } } },
      { [strategy]: { type: "NodePort", nodePort: { address: "::" } } },
    ],
  }),
  agent("take the APIServer load balancer's hostname out", {
    refuse: { "spec.configuration.apiServer.servingCerts.namedCertificates.0.names": ["api-demo.example.com"] },
    accept: { "spec.configuration.apiServer.servingCerts.namedCertificates.0.names": ["other.example.com"] },
  }),

  // Networks.
  none("give clusterNetwork, serviceNetwork and machineNetwork different networks", {
    refuse: [
      { "spec.networking": { clusterNetwork: [{ cidr: "10.0.0.0/16" }], serviceNetwork: [{ cidr: "10.0.0.0/16" }] } },
      { "spec.networking": { machineNetwork: [{ cidr: "172.31.0.0/16" }] } },
      { "spec.networking": { machineNetwork: [{ cidr: "10.132.0.0/14" }] } },
      { "spec.networking": { clusterNetwork: [{ cidr: "10.0.0.0/8" }], serviceNetwork: [{ cidr: "10.1.0.0/16" }] } },
      { "spec.networking": { machineNetwork: [{ cidr: "172.31.7.0/24" }] } },
      { "spec.networking": { clusterNetwork: [{ cidr: "fd01::/48" }], serviceNetwork: [{ cidr: "fd01::/112" }] } },
    ],
    accept: { "spec.networking": { machineNetwork: [{ cidr: "10.0.0.0/16" }] } },
  }),
  none("set networkType to Other, or leave out allocateNodeCIDRs", {
    refuse: { "spec.networking": { allocateNodeCIDRs: "Enabled" } },
    accept: [
      { "spec.networking": { allocateNodeCIDRs: "Enabled", networkType: "Other" } },
      { "spec.networking": { allocateNodeCIDRs: "Disabled" } },
    ],
  }),
  none("clusterNetwork cannot change", {
    from: {},
    refuse: { "spec.networking.clusterNetwork": [{ cidr: "10.0.0.0/16" }] },
  }),
  none("write a serviceNetwork of 16 addresses or more", {
    refuse: [
      { "spec.networking": { serviceNetwork: [{ cidr: "10.1.0.0/31" }] } },
      { "spec.networking": { serviceNetwork: [{ cidr: "10.1.0.0/29" }] } },
      { "spec.networking": { serviceNetwork: [{ cidr: "fd02::/125" }] } },
    ],
    accept: [
      { "spec.networking": { serviceNetwork: [{ cidr: "10.1.0.0/28" }] } },
      { "spec.networking": { serviceNetwork: [{ cidr: "fd02::/124" }] } },
    ],
  }),
  none("serviceNetwork cannot change", {
    from: {},
    refuse: { "spec.networking.serviceNetwork": [{ cidr: "10.0.0.0/16" }] },
  }),
  none("machineNetwork cannot change", {
    from: { "spec.networking.machineNetwork": [{ cidr: "10.0.0.0/16" }] },
    refuse: { "spec.networking.machineNetwork": [{ cidr: "10.1.0.0/16" }] },
  }),
  none("write a network with its prefix length", {
    refuse: [
      { "spec.networking": { clusterNetwork: [{ cidr: "10.0.0.0" }] } },
      { "spec.networking": { clusterNetwork: [{ cidr: "300.1.1.1/8" }] } },
      { "spec.networking": { machineNetwork: [{ cidr: "fd00::1" }] } },
      { "spec.networking": { apiServer: { allowedCIDRBlocks: ["any"] } } },
    ],
    accept: { "spec.networking": { clusterNetwork: [{ cidr: "fd00::/48" }] } },
  }),
  agent("allocateNodeCIDRs cannot change", { from: {}, refuse: { "spec.networking.allocateNodeCIDRs": "Disabled" } }),
  agent("advertiseAddress cannot change", {
    from: {},
    refuse: { "spec.networking.apiServer.advertiseAddress": "172.20.0.2" },
  }),
  agent("port cannot change", { from: {}, refuse: { "spec.networking.apiServer.port": 443 } }),

  // etcd.
  none("write managed where managementType is Managed", {
    refuse: [
      { "spec.etcd": { managementType: "Managed" } },
      {
        "spec.etcd": {
          managementType: "Unmanaged",
          managed: { storage: { type: "PersistentVolume" } },
          unmanaged: { endpoint: "https://a", tls: { clientSecret: { name: "a" } } },
        },
      },
    ],
    accept: { "spec.etcd": { managementType: "Managed", managed: { storage: { type: "PersistentVolume" } } } },
  }),
  none("write unmanaged where managementType is Unmanaged", {
    refuse: { "spec.etcd": { managementType: "Unmanaged" } },
    accept: {
      "spec.etcd": {
        managementType: "Unmanaged",
        unmanaged: { endpoint: "https://a", tls: { clientSecret: { name: "a" } } },
      },
    },
  }),
  none("managementType cannot change", {
    from: {},
    refuse: {
      "spec.etcd": {
        managementType: "Unmanaged",
        unmanaged: { endpoint: "https://a", tls: { clientSecret: { name: "a" } } },
      },
    },
  }),
  none("the size of etcd's volumes cannot change", {
    from: {},
    refuse: { "spec.etcd.managed.storage.persistentVolume.size": "16Gi" },
  }),
  agent("the storage class of etcd's volumes cannot change", {
    from: {},
    refuse: { "spec.etcd.managed.storage.persistentVolume.storageClassName": "slow" },
  }),
  none("restoreSnapshotURL can only be given at creation", {
    from: {},
    refuse: { "spec.etcd.managed.storage.restoreSnapshotURL": ["https://example.com/a"] },
  }),
  agent("restoreSnapshotURL can only be given at creation", {
    from: {},
    refuse: { "spec.etcd.managed.storage.restoreSnapshotURL": undefined },
  }),
  agent("restoreSnapshotURL cannot change", {
    from: {},
    refuse: { "spec.etcd.managed.storage.restoreSnapshotURL": ["https://example.com/a"] },
  }),
  agent("write the address of a snapshot", {
    refuse: { "spec.etcd.managed.storage.restoreSnapshotURL": ["http://example.com/a"] },
    accept: [
      { "spec.etcd.managed.storage.restoreSnapshotURL": ["https://example.com/a"] },
      { "spec.etcd.managed.storage.restoreSnapshotURL": [] },
    ],
  }),
  agent("write aws where platform is AWS, and leave it out", {
    refuse: [{ "spec.etcd.managed.backup.aws": undefined }, { "spec.etcd.managed.backup.platform": "Azure" }],
  }),
  agent("write azure where platform is Azure, and leave it out", {
    refuse: [
      { "spec.etcd.managed.backup.azure": { encryptionKeyURL: "https://a.vault.azure.net/keys/a" } },
      { "spec.etcd.managed.backup.platform": "Azure" },
    ],
    accept: {
      "spec.etcd.managed.backup": {
        platform: "Azure",
        azure: { encryptionKeyURL: "https://a.managedhsm.azure.cn/keys/a/1" },
      },
    },
  }),
  agent("write the ARN of a KMS key", {
    refuse: [
      { "spec.etcd.managed.backup.aws.kmsKeyARN": "arn:aws:s3:::bucket" },
      { "spec.etcd.managed.backup.aws.kmsKeyARN": "arn:aws:kms:us-east-1:1:key/a" },
    ],
    accept: { "spec.etcd.managed.backup.aws.kmsKeyARN": "arn:aws-cn:kms:cn-north-1:123456789012:key/a" },
  }),
  of("hosted-cluster-azure")("write the address of a key in an Azure Key Vault", {
    refuse: [
      { "spec.etcd.managed.backup.azure.encryptionKeyURL": "https://a.example.com/keys/a" },
      { "spec.etcd.managed.backup.azure.encryptionKeyURL": "https://a.vault.azure.net/secrets/a" },
    ],
    accept: { "spec.etcd.managed.backup.azure.encryptionKeyURL": "https://a.vault.usgovcloudapi.net/keys/a" },
  }),
  agent("give shards at creation", { from: {}, refuse: { "spec.etcd.managed.shards": undefined } }),
  aws("give shards at creation", { from: {}, refuse: { "spec.etcd.unmanaged.shards": undefined } }),
  agent("shards can only be given at creation", {
    from: {},
    refuse: {
      "spec.etcd.managed.shards.2": {
        name: "more",
        replicas: 1,
        resources: [{ apiGroup: "apps", resource: "deployments" }],
      },
    },
  }),
  agent("a shard cannot be replaced", { from: {}, refuse: { "spec.etcd.managed.shards.1.name": "other" } }),
  agent("name each resource in one shard only", {
    refuse: { "spec.etcd.managed.shards.1.resources": [{ apiGroup: "", resource: "events" }] },
    accept: { "spec.etcd.managed.shards.1.resources": [{ apiGroup: "apps", resource: "events" }] },
  }),
  agent("name a shard with lower case letters", {
    refuse: { "spec.etcd.managed.shards.0.name": "Events" },
    accept: { "spec.etcd.managed.shards.0.name": "e-1" },
  }),
  agent("write an API group such as apps", {
    refuse: { "spec.etcd.managed.shards.1.resources.0.apiGroup": "Apps" },
    accept: { "spec.etcd.managed.shards.1.resources.0.apiGroup": "apps" },
  }),
  agent("write the plural name of a resource", {
    refuse: { "spec.etcd.managed.shards.1.resources.0.resource": "Leases" },
    accept: { "spec.etcd.managed.shards.1.resources.0.resource": "leases" },
  }),
  agent("the resources of a shard cannot change", {
    from: {},
    refuse: { "spec.etcd.managed.shards.1.resources.0.resource": "other" },
  }),
  agent("the number of a shard's members cannot change", {
    from: {},
    refuse: { "spec.etcd.managed.shards.1.replicas": 3 },
  }),
  agent("give the storage of a shard at creation", {
    from: {},
    refuse: { "spec.etcd.managed.shards.1.storage": undefined },
  }),
  agent("the storage of a shard cannot change", {
    from: {},
    refuse: { "spec.etcd.managed.shards.1.storage.type": "PersistentVolume" },
  }),
  agent("leave out persistentVolume, or set type to PersistentVolume", {
    refuse: { "spec.etcd.managed.shards.0.storage.type": "EmptyDir" },
    accept: { "spec.etcd.managed.shards.0.storage": { type: "PersistentVolume" } },
  }),
  agent("write the name of a storage class", {
    refuse: { "spec.etcd.managed.shards.0.storage.persistentVolume.storageClassName": "Fast" },
    accept: { "spec.etcd.managed.shards.0.storage.persistentVolume.storageClassName": "fast.1" },
  }),
  aws("write an address that begins with https://", {
    refuse: [{ "spec.etcd.unmanaged.shards.0.endpoint": "http://a" }, { "spec.etcd.unmanaged.shards.0.endpoint": "a" }],
    accept: { "spec.etcd.unmanaged.shards.0.endpoint": "https://a" },
  }),
  aws("a shard's endpoint cannot change", {
    from: {},
    refuse: { "spec.etcd.unmanaged.shards.0.endpoint": "https://a" },
  }),

  // Settings.
  none("keep secretEncryption", {
    from: { "spec.secretEncryption": { type: "aescbc", aescbc: { activeKey: { name: "a" } } } },
    refuse: { "spec.secretEncryption": undefined },
    accept: {
      "spec.secretEncryption": { type: "aescbc", aescbc: { activeKey: { name: "b" }, backupKey: { name: "a" } } },
    },
  }),
  aws("write the ARN of a key, which begins with arn:", {
    refuse: { "spec.secretEncryption.kms.aws.activeKey.arn": "key" },
    accept: { "spec.secretEncryption.kms.aws.activeKey.arn": "arn:a" },
  }),
  of("hosted-cluster-azure")("write either kms or workloadIdentity", {
    refuse: [
      { [`${azureKeys}.kms`]: undefined },
      { [`${azureKeys}.workloadIdentity`]: { clientID: "550e8400-e29b-41d4-a716-446655440002" } },
    ],
    accept: {
      [`${azureKeys}.kms`]: undefined,
      [`${azureKeys}.workloadIdentity`]: { clientID: "550e8400-e29b-41d4-a716-446655440002" },
    },
  }),
  of("hosted-cluster-azure")("kms cannot become workloadIdentity", {
    from: {},
    refuse: {
      [`${azureKeys}.kms`]: undefined,
      [`${azureKeys}.workloadIdentity`]: { clientID: "550e8400-e29b-41d4-a716-446655440002" },
    },
    accept: { [`${azureKeys}.kms.credentialsSecretName`]: "other" },
  }),
  of("hosted-cluster-azure")("write the same keyVaultName in backupKey", {
    refuse: { [`${azureKeys}.backupKey.keyVaultName`]: "other" },
    accept: { [`${azureKeys}.backupKey`]: undefined },
  }),
  of("hosted-cluster-azure")("keyVaultType cannot change", {
    from: { [`${azureKeys}.keyVaultType`]: undefined },
    refuse: { [`${azureKeys}.keyVaultType`]: "ManagedHSM" },
    accept: { [`${azureKeys}.keyVaultType`]: "KeyVault" },
  }),
  of("hosted-cluster-ibmcloud")("write an address that begins with https://", {
    refuse: { "spec.secretEncryption.kms.ibmcloud.keyList.0.url": "http://kms.example.com" },
    accept: { "spec.secretEncryption.kms.ibmcloud.keyList.0.url": "https://kms.example.com/a" },
  }),
  fixed(
    "hosted-cluster-none",
    "spec.controllerAvailabilityPolicy",
    "SingleReplica",
    "HighlyAvailable",
    "controllerAvailabilityPolicy cannot change",
  ),
  fixed("hosted-cluster-none", "spec.olmCatalogPlacement", "guest", "management", "olmCatalogPlacement cannot change"),
  fixed("hosted-cluster-none", "spec.fips", true, false, "fips cannot change"),
  none("capabilities cannot change", { from: {}, refuse: { "spec.capabilities": { disabled: ["Console"] } } }),
  agent("capabilities.enabled cannot change", { from: {}, refuse: { "spec.capabilities.enabled": ["Insights"] } }),
  agent("capabilities.disabled cannot change", { from: {}, refuse: { "spec.capabilities.disabled": ["Console"] } }),
  none("name a capability in enabled or in disabled", {
    refuse: { "spec.capabilities": { enabled: ["Console"], disabled: ["Console"] } },
    accept: { "spec.capabilities": { enabled: ["Insights"], disabled: ["Console"] } },
  }),
  none("disable Console too where Ingress is disabled", {
    refuse: { "spec.capabilities": { disabled: ["Ingress"] } },
    accept: { "spec.capabilities": { disabled: ["Ingress", "Console"] } },
  }),
  none("leave out scaleDown", {
    refuse: { "spec.autoscaling": { scaling: "ScaleUpOnly", scaleDown: {} } },
    accept: { "spec.autoscaling": { scaleDown: {} } },
  }),
  none("write names of labels", {
    refuse: [
      { "spec.autoscaling": { balancingIgnoredLabels: ["a b"] } },
      { "spec.autoscaling": { balancingIgnoredLabels: ["A.example/b"] } },
    ],
    accept: { "spec.autoscaling": { balancingIgnoredLabels: ["rack", "example.com/Rack_1"] } },
  }),
  agent("write karpenter where name is Karpenter", {
    refuse: { "spec.autoNode.provisionerConfig.karpenter": undefined },
  }),
  agent("write aws where platform is AWS", { refuse: { "spec.autoNode.provisionerConfig.karpenter.aws": undefined } }),
  agent("write the ARN of a role", {
    refuse: { "spec.autoNode.provisionerConfig.karpenter.aws.roleARN": "arn:aws:iam::1:role/a" },
    accept: { "spec.autoNode.provisionerConfig.karpenter.aws.roleARN": "arn:aws-us-gov:iam::123456789012:role/a" },
  }),
  none("give at most 20 labels", {
    refuse: { "spec.nodeSelector": Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, ""])) },
    accept: { "spec.nodeSelector": Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, ""])) },
  }),

  // Operators.
  none("leave out disableMultiNetwork", {
    refuse: { "spec.operatorConfiguration": { clusterNetworkOperator: { disableMultiNetwork: true } } },
    accept: [
      { "spec.operatorConfiguration": { clusterNetworkOperator: { disableMultiNetwork: false } } },
      {
        "spec.networking": { networkType: "Other" },
        "spec.operatorConfiguration": { clusterNetworkOperator: { disableMultiNetwork: true } },
      },
    ],
  }),
  agent("disableMultiNetwork cannot change", {
    from: {},
    refuse: { "spec.operatorConfiguration.clusterNetworkOperator.disableMultiNetwork": false },
  }),
  aws("leave out ovnKubernetesConfig", { refuse: { "spec.networking.networkType": "Calico" } }),
  aws("keep ovnKubernetesConfig", { from: {}, refuse: { [ovn]: undefined } }),
  aws("give ipv4.internalJoinSubnet and", {
    refuse: { [`${ovn}.ipv4.internalJoinSubnet`]: "100.89.0.0/16" },
    accept: { [`${ovn}.ipv4`]: { internalJoinSubnet: "100.89.0.0/16" } },
  }),
  aws("give ipv6.internalJoinSubnet and", {
    refuse: { [`${ovn}.ipv6.internalJoinSubnet`]: "fd97::/64" },
    accept: { [`${ovn}.ipv6`]: { internalJoinSubnet: "fd97::/64" } },
  }),
  aws("keep mtu", { from: {}, refuse: { [`${ovn}.mtu`]: undefined } }),
  aws("mtu cannot change", { from: {}, refuse: { [`${ovn}.mtu`]: 1500 } }),
  aws("keep ipv6:", { from: {}, refuse: { [`${ovn}.ipv6`]: undefined } }),
  aws("keep ipv6.internalJoinSubnet", { from: {}, refuse: { [`${ovn}.ipv6.internalJoinSubnet`]: undefined } }),
  aws("keep ipv6.internalTransitSwitchSubnet", {
    from: {},
    refuse: { [`${ovn}.ipv6.internalTransitSwitchSubnet`]: undefined },
  }),
  aws("keep v4InternalSubnet", { from: {}, refuse: { [`${ovn}.v4InternalSubnet`]: undefined } }),
  aws("keep v6InternalSubnet", { from: {}, refuse: { [`${ovn}.v6InternalSubnet`]: undefined } }),
  aws("ipv6.internalJoinSubnet cannot change", {
    from: {},
    refuse: { [`${ovn}.ipv6.internalJoinSubnet`]: "fd96::/64" },
    accept: { [`${ovn}.ipv4.internalJoinSubnet`]: "100.66.0.0/16" },
  }),
  aws("ipv6.internalTransitSwitchSubnet cannot change", {
    from: {},
    refuse: { [`${ovn}.ipv6.internalTransitSwitchSubnet`]: "fd96::/64" },
  }),
  aws("v4InternalSubnet cannot change", { from: {}, refuse: { [`${ovn}.v4InternalSubnet`]: "100.66.0.0/16" } }),
  aws("v6InternalSubnet cannot change", { from: {}, refuse: { [`${ovn}.v6InternalSubnet`]: "fd96::/64" } }),
  aws("write an IPv4 network with its prefix length", {
    refuse: [
      { [`${ovn}.v4InternalSubnet`]: "100.64.0.0" },
      { [`${ovn}.ipv4.internalJoinSubnet`]: "300.64.0.0/16" },
      { [`${ovn}.ipv4.internalJoinSubnet`]: "fd00:0::/64" },
    ],
    accept: { [`${ovn}.v4InternalSubnet`]: "10.0.0.0/8" },
  }),
  aws("write a network with a prefix length of 30", {
    refuse: { [`${ovn}.ipv4.internalTransitSwitchSubnet`]: "100.64.0.0/31" },
    accept: { [`${ovn}.ipv4.internalTransitSwitchSubnet`]: "100.64.0.0/30" },
  }),
  aws("write a network whose first number is not 0", {
    refuse: { [`${ovn}.v4InternalSubnet`]: "0.64.0.0/16" },
    accept: { [`${ovn}.v4InternalSubnet`]: "1.64.0.0/16" },
  }),
  aws("write an IPv6 network with its prefix length", {
    refuse: [{ [`${ovn}.v6InternalSubnet`]: "fd99::" }, { [`${ovn}.v6InternalSubnet`]: "10.0.0.0/8" }],
    accept: { [`${ovn}.v6InternalSubnet`]: "fd99:0:1::/64" },
  }),
  aws("write a network with a prefix length of 125", {
    refuse: { [`${ovn}.ipv6.internalJoinSubnet`]: "fd98::/126" },
    accept: { [`${ovn}.ipv6.internalJoinSubnet`]: "fd98::/125" },
  }),

  // Status.
  agent("report a condition of type Applies", {
    from: {},
    refuse: { "status.version.conditionalUpdates.0.risks.0.conditions.0.type": "Other" },
  }),
  agent("report a version that begins with three numbers", {
    from: {},
    refuse: { "status.controlPlaneVersion.history.0.version": "v1.34" },
    accept: { "status.controlPlaneVersion.history.0.version": "1.34.4-rc.1" },
  }),
  agent("report a backup by an address", {
    from: {},
    refuse: { "status.lastSuccessfulEtcdBackupURL": "ftp://example.com" },
    accept: { "status.lastSuccessfulEtcdBackupURL": "https://example.com/a" },
  }),
];
