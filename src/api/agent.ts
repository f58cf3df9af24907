// The type comes from the schema, the value is light: only tools and tests load the schemas at run time.
import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { agentSpec, agentStatus } from "./schema/agent.ts";

/** A host that booted the discovery image of an InfraEnv and registered. */
export type Agent = Resource & { spec: Static<typeof agentSpec>; status?: Static<typeof agentStatus> };
type AgentStatus = NonNullable<Agent["status"]>;

/** What a host says of itself when it registers. */
export type HostInventory = NonNullable<AgentStatus["inventory"]>;

/** How far the installation of a host is. */
export type HostProgress = NonNullable<AgentStatus["progress"]>;

export const Agent = kind<Agent>("agent-install.openshift.io/v1beta1", "Agent", "agents");

/** Label of an Agent: the InfraEnv that it came through. */
export const infraEnvLabel = "infraenvs.agent-install.openshift.io";
/** Labels of a bound Agent: the AgentMachine that took it. */
export const agentMachineLabel = "agentMachineRef";
export const agentMachineNamespaceLabel = "agentMachineRefNamespace";
/** Annotation of a bound Agent: the uid of the AgentMachine that took it, until that carries the Agent's provider ID. */
export const takenByAnnotation = "agent-install.openshift.io/taken-by";
/** Annotation of a bound Agent: the name of this one installation, made up when the host was taken. */
export const installationAnnotation = "agent-install.openshift.io/installation";
/**
 * Annotation of an Agent: what its host says it is installed for, `<installation> <namespace>/<cluster>`. Not in the
 * status, because backups often leave that out, and a host that runs is never to be taken for one that does not.
 */
export const installedAnnotation = "agent-install.openshift.io/installed";
/**
 * Annotation of an Agent: the installation that is over. The only thing that makes a host reset itself; gone once the
 * host has registered again.
 */
export const releaseAnnotation = "agent-install.openshift.io/release";
/** Annotation of an Agent: SHA-256 of the credential that its host got when it registered. */
export const credentialAnnotation = "agent-install.openshift.io/host-credential-sha256";
/** The same of a host that was given back: good for hearing that it is to reset itself, and for nothing else. */
export const releasedCredentialAnnotation = "agent-install.openshift.io/released-host-credential-sha256";
/** Annotation of an Agent that belongs to a cluster: since when somebody with its id asks to register anew. */
export const refusedAnnotation = "agent-install.openshift.io/registration-refused-since";
/** Annotation of an InfraEnv: `keep` leaves hosts approved that are given back; else they are approved anew. */
export const approvalAnnotation = "agent-install.openshift.io/approval-after-release";
