import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { Condition } from "./condition.ts";

/** A place that hosts boot from: what its discovery configuration holds, and where to fetch it. */
export interface InfraEnv extends Resource {
  spec: {
    pullSecretRef?: { name: string };
    sshAuthorizedKey?: string;
    /** Labels that every host registered through this InfraEnv gets. */
    agentLabels?: Record<string, string>;
    additionalTrustBundle?: string;
    additionalNTPSources?: string[];
    clusterRef?: { name: string; namespace: string };
    cpuArchitecture?: string;
    ignitionConfigOverride?: string;
    imageType?: string;
    ipxeScriptType?: string;
    nmStateConfigLabelSelector?: { matchLabels?: Record<string, string> };
    osImageVersion?: string;
    proxy?: { httpProxy?: string; httpsProxy?: string; noProxy?: string };
    kernelArguments?: { operation?: string; value?: string }[];
  };
  status?: {
    conditions?: Condition[];
    createdTime?: string;
    isoDownloadURL?: string;
    infraEnvDebugInfo?: { eventsURL?: string };
    bootArtifacts?: {
      discoveryIgnitionURL?: string;
      initrd?: string;
      ipxeScript?: string;
      kernel?: string;
      rootfs?: string;
    };
    agentLabelSelector?: { matchLabels?: Record<string, string> };
  };
}
export const InfraEnv = kind<InfraEnv>("agent-install.openshift.io/v1beta1", "InfraEnv", "infraenvs");
