// Every condition type and reason, once.

interface ConditionType {
  /** The status where nothing is wrong; absent where neither status is wrong. */
  healthy?: "True" | "False";
  /** Whether the condition is there in every object that is finished; others only where something asks for them. */
  always?: true;
  /** What it says where it is True. */
  about: string;
}

/** Conditions of a HostedCluster. */
export const hostedClusterConditions = {
  Available: { healthy: "True", always: true, about: "the API answers at its public address" },
  Progressing: { healthy: "False", always: true, about: "a release or a change is being rolled out" },
  Degraded: { healthy: "False", always: true, about: "a component has fewer replicas than it should" },
  InfrastructureReady: {
    healthy: "True",
    always: true,
    about: "the services of the control plane have their addresses",
  },
  KubeAPIServerAvailable: { healthy: "True", always: true, about: "the API server runs" },
  KubeAPIServerReachable: {
    healthy: "True",
    always: true,
    about: "a request through the API server's public address is answered",
  },
  EtcdAvailable: { healthy: "True", always: true, about: "etcd has a quorum" },
  UnmanagedEtcdAvailable: { healthy: "True", about: "the Secret for an etcd that somebody else runs is complete" },
  EtcdSnapshotRestored: { about: "etcd was filled from restoreSnapshotURL" },
  EtcdRecoveryActive: { about: "a member of etcd is being repaired" },
  EtcdBackupSucceeded: { healthy: "True", about: "the newest backup of etcd is complete" },
  EtcdDataCorrupt: { healthy: "False", about: "members of etcd disagree about the data" },
  EtcdDataLost: {
    healthy: "False",
    about: "nothing is left of etcd's data, and how it is brought back; there only while it is so",
  },
  EtcdDataEncryptionUpToDate: { healthy: "True", about: "Secrets are encrypted with the active key" },
  SigningKeysAvailable: {
    healthy: "True",
    always: true,
    about: "the control plane's authorities are those that it was made with; where False nothing is signed by them",
  },
  NetworkPoliciesApplied: {
    healthy: "True",
    always: true,
    about: "NetworkPolicies keep control plane and management cluster apart; nothing starts for the first time before",
  },
  NodesTrustAuthorities: {
    healthy: "True",
    about: "the nodes trust the authorities that sign now; there once one of them was rotated",
  },
  ValidHostedControlPlaneConfiguration: {
    healthy: "True",
    always: true,
    about: "the control-plane-operator can carry out its configuration",
  },
  ValidConfiguration: {
    healthy: "True",
    always: true,
    about: "the configuration is one that can be carried out; where False nothing is changed",
  },
  SupportedHostedCluster: {
    healthy: "True",
    always: true,
    about: "this installation can run the cluster; where False nothing is changed",
  },
  ValidReleaseImage: {
    healthy: "True",
    always: true,
    about: "the release can be read and may be moved to; where False nothing is changed",
  },
  ValidReleaseInfo: { healthy: "True", always: true, about: "the release holds every image that is needed" },
  ValidProxyConfiguration: { healthy: "True", about: "the proxy's certificate authority can be used" },
  ValidOIDCConfiguration: { healthy: "True", about: "the issuer's documents are published" },
  ValidIDPConfiguration: { healthy: "True", about: "the identity providers can be used" },
  ValidAWSIdentityProvider: { healthy: "True", about: "AWS accepts the cluster's tokens" },
  ValidAWSKMSConfig: { healthy: "True", about: "the key of AWS can be used" },
  ValidAzureKMSConfig: { healthy: "True", about: "the key of Azure can be used" },
  PlatformCredentialsFound: { healthy: "True", always: true, about: "the platform's credentials are there" },
  ExternalDNSReachable: { healthy: "True", about: "the API server's public name resolves" },
  IgnitionEndpointAvailable: { healthy: "True", always: true, about: "the ignition server runs" },
  IgnitionServerValidReleaseInfo: { healthy: "True", about: "the ignition server can read the release" },
  DataPlaneConnectionAvailable: { healthy: "True", always: true, about: "the control plane reaches the nodes" },
  ControlPlaneConnectionAvailable: { healthy: "True", about: "the nodes reach the control plane" },
  ReconciliationActive: { healthy: "True", always: true, about: "the cluster is not paused" },
  ReconciliationSucceeded: { healthy: "True", always: true, about: "the last pass found no error" },
  ConfigOperatorReconciliationSucceeded: { healthy: "True", about: "the inside of the cluster is as it should be" },
  ClusterVersionSucceeding: {
    healthy: "True",
    always: true,
    about: "the release inside the cluster is carried out without error",
  },
  ClusterVersionUpgradeable: { about: "the cluster may move to another minor release" },
  ClusterVersionFailing: { healthy: "False", about: "the release inside the cluster cannot be carried out" },
  ClusterVersionProgressing: {
    healthy: "False",
    always: true,
    about: "the release inside the cluster is being carried out",
  },
  ClusterVersionAvailable: {
    healthy: "True",
    always: true,
    about: "the release inside the cluster was carried out once",
  },
  ClusterVersionReleaseAccepted: {
    healthy: "True",
    always: true,
    about: "the release inside the cluster was accepted",
  },
  ClusterVersionRetrievedUpdates: { healthy: "True", about: "available updates are known" },
  CloudResourcesDestroyed: { about: "what the cluster made in a cloud is gone" },
  HostedClusterDestroyed: { about: "everything made for the cluster is gone" },
  HostedClusterRestoredFromBackup: { about: "the cluster came from a backup and works" },
  BackupCurrent: {
    healthy: "True",
    about: "the newest good backup is as young as its schedules want it; there where there is a BackupSchedule",
  },
  AWSDefaultSecurityGroupCreated: { healthy: "True", about: "the nodes' security group is there" },
  AWSDefaultSecurityGroupDeleted: { about: "the nodes' security group is gone" },
  AWSEndpointAvailable: { healthy: "True", about: "the private endpoint is there" },
  AWSEndpointServiceAvailable: { healthy: "True", about: "the private endpoint's service is there" },
  ValidKubeVirtInfraNetworkMTU: { healthy: "True", about: "packets of the pod network fit into those underneath" },
  ValidKubeVirtInfraNetworkPolicyRBAC: {
    healthy: "True",
    about: "virtual machines can be fenced off from the network underneath",
  },
  KubeVirtNodesLiveMigratable: { healthy: "True", about: "virtual machines can move without a stop" },
  AutoNodeEnabled: { about: "nodes are made without a node pool" },
  PublicEndpointExposed: { healthy: "True", about: "the shared public endpoint leads to the cluster" },
  ClusterSizeComputed: { about: "the cluster's size is known" },
  ClusterSizeTransitionPending: { about: "the cluster waits for another size" },
  ClusterSizeTransitionRequired: { about: "the cluster needs another size" },
  // The two that tools know who know no kind of ours (kstatus).
  Reconciling: { healthy: "False", about: "the spec is being carried out; there only while it is so" },
  Stalled: { healthy: "False", about: "the spec cannot be carried out as it is; there only while it is so" },
} as const satisfies Record<string, ConditionType>;
export type HostedClusterConditionType = keyof typeof hostedClusterConditions;

/** Conditions of a HostedControlPlane; those of the same name reach the HostedCluster. */
export const hostedControlPlaneConditions = {
  Available: hostedClusterConditions.Available,
  Progressing: hostedClusterConditions.Progressing,
  Degraded: hostedClusterConditions.Degraded,
  InfrastructureReady: hostedClusterConditions.InfrastructureReady,
  KubeAPIServerAvailable: hostedClusterConditions.KubeAPIServerAvailable,
  KubeAPIServerReachable: hostedClusterConditions.KubeAPIServerReachable,
  EtcdAvailable: hostedClusterConditions.EtcdAvailable,
  EtcdRecoveryActive: hostedClusterConditions.EtcdRecoveryActive,
  EtcdSnapshotRestored: hostedClusterConditions.EtcdSnapshotRestored,
  EtcdBackupSucceeded: hostedClusterConditions.EtcdBackupSucceeded,
  EtcdDataCorrupt: hostedClusterConditions.EtcdDataCorrupt,
  EtcdDataEncryptionUpToDate: hostedClusterConditions.EtcdDataEncryptionUpToDate,
  SigningKeysAvailable: hostedClusterConditions.SigningKeysAvailable,
  NetworkPoliciesApplied: hostedClusterConditions.NetworkPoliciesApplied,
  NodesTrustAuthorities: hostedClusterConditions.NodesTrustAuthorities,
  ValidHostedControlPlaneConfiguration: hostedClusterConditions.ValidHostedControlPlaneConfiguration,
  ValidReleaseInfo: hostedClusterConditions.ValidReleaseInfo,
  ValidIDPConfiguration: hostedClusterConditions.ValidIDPConfiguration,
  ValidAWSKMSConfig: hostedClusterConditions.ValidAWSKMSConfig,
  ValidAzureKMSConfig: hostedClusterConditions.ValidAzureKMSConfig,
  ExternalDNSReachable: hostedClusterConditions.ExternalDNSReachable,
  DataPlaneConnectionAvailable: hostedClusterConditions.DataPlaneConnectionAvailable,
  ControlPlaneConnectionAvailable: hostedClusterConditions.ControlPlaneConnectionAvailable,
  ReconciliationActive: hostedClusterConditions.ReconciliationActive,
  ReconciliationSucceeded: hostedClusterConditions.ReconciliationSucceeded,
  ConfigOperatorReconciliationSucceeded: hostedClusterConditions.ConfigOperatorReconciliationSucceeded,
  ClusterVersionSucceeding: hostedClusterConditions.ClusterVersionSucceeding,
  ClusterVersionUpgradeable: hostedClusterConditions.ClusterVersionUpgradeable,
  ClusterVersionFailing: hostedClusterConditions.ClusterVersionFailing,
  ClusterVersionProgressing: hostedClusterConditions.ClusterVersionProgressing,
  ClusterVersionAvailable: hostedClusterConditions.ClusterVersionAvailable,
  ClusterVersionReleaseAccepted: hostedClusterConditions.ClusterVersionReleaseAccepted,
  ClusterVersionRetrievedUpdates: hostedClusterConditions.ClusterVersionRetrievedUpdates,
  CloudResourcesDestroyed: hostedClusterConditions.CloudResourcesDestroyed,
  HostedClusterRestoredFromBackup: hostedClusterConditions.HostedClusterRestoredFromBackup,
  AWSDefaultSecurityGroupCreated: hostedClusterConditions.AWSDefaultSecurityGroupCreated,
  AWSDefaultSecurityGroupDeleted: hostedClusterConditions.AWSDefaultSecurityGroupDeleted,
  CVOScaledDown: { about: "what carries out releases inside the cluster is stopped" },
} as const satisfies Record<string, ConditionType>;
export type HostedControlPlaneConditionType = keyof typeof hostedControlPlaneConditions;

/** Conditions of a NodePool. */
export const nodePoolConditions = {
  Ready: { healthy: "True", always: true, about: "as many nodes are ready as asked for" },
  AutoscalingEnabled: { about: "the cluster autoscaler chooses how many nodes there are" },
  AutorepairEnabled: { about: "unhealthy nodes are replaced" },
  UpdateManagementEnabled: { healthy: "True", always: true, about: "the settings for updates can be carried out" },
  ValidReleaseImage: { healthy: "True", always: true, about: "the release can be read and goes with the cluster's" },
  ValidArchPlatform: { healthy: "True", always: true, about: "the platform has nodes of this architecture" },
  ValidPlatformImage: { healthy: "True", about: "there is a node image for the platform" },
  ValidPlatformConfig: { healthy: "True", about: "the platform's settings can be carried out" },
  ValidMachineConfig: { healthy: "True", always: true, about: "the configuration can be read" },
  ValidTuningConfig: { healthy: "True", always: true, about: "the tuning can be read" },
  ValidGeneratedPayload: { healthy: "True", always: true, about: "the nodes' ignition configuration was made" },
  ReachedIgnitionEndpoint: { healthy: "True", always: true, about: "a node fetched its configuration" },
  ReconciliationActive: { healthy: "True", always: true, about: "the pool is not paused" },
  SupportedVersionSkew: {
    healthy: "True",
    always: true,
    about: "the nodes' release is not too far from the cluster's",
  },
  UpdatingVersion: { healthy: "False", always: true, about: "nodes get a new release" },
  UpdatingConfig: { healthy: "False", always: true, about: "nodes get a new configuration" },
  UpdatingPlatformMachineTemplate: {
    healthy: "False",
    always: true,
    about: "nodes get new settings of their platform",
  },
  AllMachinesReady: { healthy: "True", always: true, about: "every machine is there" },
  AllNodesHealthy: { healthy: "True", always: true, about: "every node is healthy" },
  ClusterNetworkCIDRConflict: { healthy: "False", about: "nodes have addresses out of the cluster's networks" },
  ValidMachineTemplate: { healthy: "True", about: "virtual machines can be made of the settings" },
  KubeVirtNodesLiveMigratable: { healthy: "True", about: "virtual machines can move without a stop" },
  AWSSecurityGroupAvailable: { healthy: "True", about: "the nodes' security group is there" },
  AWSResourceTagConflict: { healthy: "False", about: "a tag is given differently by cluster and pool" },
  "performance.operator.openshift.io/Available": { healthy: "True", about: "the performance profile is in force" },
  "performance.operator.openshift.io/Progressing": {
    healthy: "False",
    about: "the performance profile is being put in force",
  },
  "performance.operator.openshift.io/Upgradeable": {
    healthy: "True",
    about: "the performance profile does not stand in the way of an update",
  },
  "performance.operator.openshift.io/Degraded": {
    healthy: "False",
    about: "the performance profile cannot be put in force",
  },
  // The two that tools know who know no kind of ours (kstatus).
  Reconciling: { healthy: "False", about: "the spec is being carried out; there only while it is so" },
  Stalled: { healthy: "False", about: "the spec cannot be carried out as it is; there only while it is so" },
} as const satisfies Record<string, ConditionType>;
export type NodePoolConditionType = keyof typeof nodePoolConditions;

/** Conditions of a ControlPlaneComponent. */
export const controlPlaneComponentConditions = {
  Available: { healthy: "True", about: "the component does its work" },
  RolloutComplete: { healthy: "True", about: "every replica runs the present configuration" },
} as const satisfies Record<string, ConditionType>;
export type ControlPlaneComponentConditionType = keyof typeof controlPlaneComponentConditions;

/** Conditions of an HCPEtcdBackup. */
export const hcpEtcdBackupConditions = {
  BackupCompleted: { healthy: "True", about: "the backup is complete" },
} as const satisfies Record<string, ConditionType>;
export type HCPEtcdBackupConditionType = keyof typeof hcpEtcdBackupConditions;

/** Conditions of a CertificateRevocationRequest. */
export const certificateRevocationRequestConditions = {
  SignerClassValid: { healthy: "True", about: "the signer is one whose certificates can be revoked" },
  RootCertificatesRegenerated: { healthy: "True", about: "the signer has a new authority" },
  NewCertificatesTrusted: { healthy: "True", about: "every API server accepts what the new authority signs" },
  LeafCertificatesRegenerated: { healthy: "True", about: "nothing in use depends on the former authority" },
  PreviousCertificatesRevoked: { healthy: "True", about: "every API server refuses what the former authority signed" },
} as const satisfies Record<string, ConditionType>;
export type CertificateRevocationRequestConditionType = keyof typeof certificateRevocationRequestConditions;

/** Conditions of a CertificateSigningRequest, which are Kubernetes' own. */
export const certificateSigningRequestConditions = {
  Approved: { about: "it may be signed" },
  Failed: { healthy: "False", about: "it cannot be signed" },
} as const satisfies Record<string, ConditionType>;

/** Conditions of a BackupLocation. */
export const backupLocationConditions = {
  Available: { healthy: "True", about: "backups can be written to it, read and deleted" },
  Reconciling: { healthy: "False", about: "the location is being looked at; there only while it is so" },
} as const satisfies Record<string, ConditionType>;

/** Conditions of a Backup. */
export const backupConditions = {
  Succeeded: { healthy: "True", about: "the backup is complete; where False it failed for good" },
  Verified: { healthy: "True", about: "all of it was read again and is what was stored" },
  Reconciling: { healthy: "False", about: "the backup is being made; there only while it is so" },
  Stalled: { healthy: "False", about: "the backup failed for good; there only where it is so" },
} as const satisfies Record<string, ConditionType>;

/** Conditions of a BackupSchedule. */
export const backupScheduleConditions = {
  BackupCurrent: { healthy: "True", about: "the newest good backup is as young as the schedule wants it" },
  ChangesShipped: {
    healthy: "True",
    about:
      "changes of etcd are in the location seconds after they were made; there only where the schedule is continuous",
  },
  DrillPassed: {
    healthy: "True",
    about: "the last drill has proved that a backup can be restored; with drillEvery only",
  },
  Reconciling: { healthy: "False", about: "a backup is being made; there only while it is so" },
  Stalled: { healthy: "False", about: "no backup can be made; there only where it is so" },
} as const satisfies Record<string, ConditionType>;

/** Conditions of an InfraEnv. */
export const infraEnvConditions = {
  ImageCreated: { healthy: "True", about: "hosts can boot" },
  Reconciling: { healthy: "False", about: "what hosts boot with is being made; there only while it is so" },
  Stalled: { healthy: "False", about: "somebody has to mend the InfraEnv; there only while it is so" },
} as const satisfies Record<string, ConditionType>;
export type InfraEnvConditionType = keyof typeof infraEnvConditions;

/** Conditions of an Agent. */
export const agentConditions = {
  SpecSynced: { healthy: "True", about: "what is asked of the host was taken over" },
  Connected: { healthy: "True", about: "the host reports" },
  RequirementsMet: { healthy: "True", about: "the host can be installed" },
  Validated: { healthy: "True", about: "the host passes its checks" },
  Installed: { about: "the host is installed" },
  Bound: { about: "the host belongs to a cluster" },
  Cleanup: { about: "the host could be freed" },
} as const satisfies Record<string, ConditionType>;
export type AgentConditionType = keyof typeof agentConditions;

/** Conditions of a Restore. */
export const restoreConditions = {
  Succeeded: { healthy: "True", about: "the cluster is what the backup holds, and every check passed" },
  Reconciling: { healthy: "False", about: "the operations are carried out; there only while it is so" },
  Stalled: { healthy: "False", about: "it failed; there only where it is so" },
} as const satisfies Record<string, ConditionType>;

/** Conditions of a Drill. */
export const drillConditions = {
  Succeeded: { healthy: "True", about: "the backup was restored, and every check that needs no nodes passed" },
  Reconciling: { healthy: "False", about: "it is carried out; there only while it is so" },
  Stalled: { healthy: "False", about: "it failed; there only where it is so" },
} as const satisfies Record<string, ConditionType>;

/** Conditions of a Verification. */
export const verificationConditions = {
  Succeeded: { healthy: "True", about: "every check that could be tried passed" },
  Reconciling: { healthy: "False", about: "the checks are run; there only while it is so" },
  Stalled: { healthy: "False", about: "a check failed; there only where it is so" },
} as const satisfies Record<string, ConditionType>;

/** Conditions of an AgentCluster. */
export const agentClusterConditions = {
  Ready: { healthy: "True", about: "machines can be made" },
} as const satisfies Record<string, ConditionType>;

/** Conditions of an AgentMachine. */
export const agentMachineConditions = {
  Ready: { healthy: "True", about: "the host is a node" },
  AgentReserved: { healthy: "True", about: "an Agent was taken" },
  AgentSpecSynced: { healthy: "True", about: "the Agent took over what is asked of it" },
  AgentValidated: { healthy: "True", about: "the Agent passes its checks" },
  AgentRequirementsMet: { healthy: "True", about: "the Agent can be installed" },
  Installed: { healthy: "True", about: "the Agent is installed" },
} as const satisfies Record<string, ConditionType>;
export type AgentMachineConditionType = keyof typeof agentMachineConditions;

/** Causes of conditions, for programs. The sentence beside one tells people. */
export const reasons = [
  "AsExpected",
  // A state that is on its way.
  "Progressing",
  "Blocked",
  "StatusUnknown",
  "WaitingForAvailable",
  "WaitingForDependencies",
  "DeletingControlPlane",
  "WaitingForGracePeriod",
  "WaitingForRolloutComplete",
  "WaitingForCustomResources",
  "WaitingForAddress",
  "WaitingForCluster",
  "WaitingForControlPlaneEndpoint",
  "Deleting",
  "Paused",
  "Error",
  "WaitingOnInfrastructureReady",
  "KubeconfigWaitingForCreate",
  "NotFound",
  "FailedToGet",
  "ValidationFailed",
  "ReconciliationError",
  // The way HyperShift spells it, which scripts compare with.
  "ReconciliatonSucceeded",
  "ReconciliationPaused",
  "InvalidPausedUntilValue",
  // Cluster.
  "InvalidConfiguration",
  "UnsupportedHostedCluster",
  "InvalidImage",
  "SecretNotFound",
  "InvalidPullSecret",
  "MissingReleaseImages",
  "PlatformCredentialsNotFound",
  "ProxyCABundleInvalid",
  "OIDCConfigurationInvalid",
  "InvalidIdentityProvider",
  "InfraStatusFailure",
  "ComponentsNotAvailable",
  "KASLoadBalancerNotReachable",
  "UnavailableReplicas",
  "ExternalDNSHostNotReachable",
  "CloudResourcesCleanupSkipped",
  "CloudResourcesDeletionTimedOut",
  "RecoveryFinished",
  "FromClusterVersion",
  "ClusterVersionNotFound",
  "ApiAddressUnknown",
  "ApiAddressUnresolved",
  "LeftPending",
  "ControlPlaneLost",
  "ManagementNetworksUnknown",
  "WaitingForNetworkPolicies",
  // Keys and certificates.
  "SignerMissing",
  "SignerReplaced",
  "RootCertificatesStale",
  "NodesOutdated",
  "ApprovalPresent",
  "ApprovalUsed",
  "SignerValidationFailure",
  // etcd.
  "QuorumAvailable",
  "EtcdWaitingForQuorum",
  "StatefulSetNotFound",
  "UnmanagedEtcdAsExpected",
  "UnmanagedEtcdMisconfigured",
  "EtcdRecoveryJobFailed",
  "EtcdUnhealthy",
  "EtcdCorrupt",
  "EtcdForeignCluster",
  "EtcdWrongMembers",
  "EtcdRolledBack",
  "EtcdVolumeLost",
  "EtcdQuorumLost",
  "EtcdNoSpace",
  "EtcdDiskFull",
  "EtcdRestoring",
  "EtcdRestoreFailed",
  "CachedRelease",
  "InvalidTokenLifetime",
  "RegistryUnreachable",
  "BackupSucceeded",
  "BackupFailed",
  "BackupInProgress",
  "BackupRejected",
  "ReadOnlyRolloutInProgress",
  "WritePromotionInProgress",
  "ReEncryptionInProgress",
  "ReEncryptionCompleted",
  "ReEncryptionFailed",
  "ReEncryptionWaitingForKASConvergence",
  // Recovery.
  "ChecksFailed",
  "ChecksRunning",
  "RestoreInProgress",
  "RestoreRequired",
  "RestoreFailed",
  "DrillInProgress",
  "DrillFailed",
  "DrillOverdue",
  // Backups.
  "BackupDamaged",
  "BackupOutdated",
  "LocationNotFound",
  "ChangesNotShipped",
  "ShippingBegins",
  // Where backups are kept.
  "NotInStore",
  "InvalidLocation",
  "VolumeNotThere",
  "StoreFull",
  "BucketNotFound",
  "CredentialsRefused",
  "CertificateNotTrusted",
  "StoreUnreachable",
  "ObjectDamaged",
  "WrongKey",
  "StoreFailed",
  "ProbeInProgress",
  "ProbeFailed",
  // Between control plane and nodes.
  "KonnectivityAgentPodsNotFound",
  "LogsAccessFailed",
  "NoWorkerNodesAvailable",
  "KASAccessFailed",
  "ConnectionCheckStale",
  "ConfigMapNotFound",
  // Node pools.
  "ValidArchPlatform",
  "InvalidArchPlatform",
  "IgnitionEndpointMissing",
  "IgnitionCACertMissing",
  "ignitionNotReached",
  "InplaceUpgradeFailed",
  "UnsupportedSkew",
  "CIDRConflict",
  "TooManyUnhealthy",
  "ClusterNotFound",
  "NamespaceNotOwned",
  "DeletingMachines",
  "InvalidTokenSecret",
  "NameTooLong",
  "NotEnoughHosts",
  "NoConsent",
  "Updating",
  "PayloadNotReady",
  "InvalidConfig",
  "PlatformMismatch",
  "PlatformNotServed",
  "DefaultSGNotReady",
  "InvalidKubevirtMachineTemplate",
  "TagConflictDetected",
  "NoTagConflict",
  // KubeVirt.
  "KubeVirtSuboptimalMTUDetected",
  "KubeVirtNodesNotLiveMigratable",
  "InfraClusterNetworkReadFailed",
  "InfraClusterNetworkPolicyCreateFailed",
  // Shared public endpoint.
  "SharedIngressConfigured",
  "TopologyPrivate",
  "ConvergenceInProgress",
  // Agents.
  "ImageCreated",
  "ImageCreationError",
  "AgentIsConnected",
  "AgentIsDisconnected",
  "SyncOK",
  "InputError",
  "AgentIsReady",
  "AgentNotReady",
  "AgentIsNotApproved",
  "AgentAlreadyInstalling",
  "ValidationsPassing",
  "ValidationsFailing",
  "InstallationCompleted",
  "InstallationNotStarted",
  "InstallationInProgress",
  "InstallationFailed",
  "HostLostItsDisk",
  "HostLostItsMemory",
  "InstalledForAnother",
  "NodeNotConfigured",
  "Bound",
  "Unbound",
  "Binding",
  "Unbinding",
  "UnbindingPendingUserAction",
  "NoSuitableAgents",
  "AgentIsGone",
  "AuthorityIsMissing",
  "ClusterIsMissing",
  "HostIsReset",
  "InvalidIgnitionOverride",
] as const;
export type Reason = (typeof reasons)[number];
