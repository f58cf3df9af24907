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
/** Annotation of a bound Agent: the uid of the AgentMachine that took it, which tells one installation from the next. */
export const installationAnnotation = "agent-install.openshift.io/installation";
/** Annotation of an Agent: SHA-256 of the credential that its host got when it registered. */
export const credentialAnnotation = "agent-install.openshift.io/host-credential-sha256";
