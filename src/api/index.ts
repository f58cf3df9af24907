/** The custom resources: a kind's value and its type share the name. Nothing here loads the schemas at run time. */
export { Agent } from "./agent.ts";
export { AgentCluster } from "./agent-cluster.ts";
export { AgentMachine } from "./agent-machine.ts";
export { AgentMachineTemplate } from "./agent-machine-template.ts";
export { CertificateRevocationRequest } from "./certificate-revocation-request.ts";
export { CertificateSigningRequestApproval } from "./certificate-signing-request-approval.ts";
export * from "./cluster-api.ts";
export * from "./condition.ts";
export * from "./conditions.ts";
export * as config from "./configuration.ts";
export { ClusterOperator, ClusterVersion, Infrastructure } from "./configuration.ts";
export { ControlPlaneComponent } from "./control-plane-component.ts";
export { HCPEtcdBackup } from "./hcp-etcd-backup.ts";
export { HostedCluster } from "./hosted-cluster.ts";
export { HostedControlPlane } from "./hosted-control-plane.ts";
export { InfraEnv } from "./infra-env.ts";
export { NodePool } from "./node-pool.ts";
export { Verification } from "./verification.ts";
