import { dataUrl, type IgnitionConfig, ignitionVersion } from "./config.ts";

/** What a machine of a node pool boots with: where to fetch its configuration, and what to show for it. */
export function userData(facts: {
  /** `host:port` of the ignition server. */
  endpoint: string;
  /** Certificate authority of the ignition server, PEM. */
  ca: string;
  token: string;
  /** `namespace/name` of the NodePool. */
  nodePool: string;
  /** Hash of the configuration that the machine is to get. */
  configHash: string;
}): IgnitionConfig {
  return {
    ignition: {
      version: ignitionVersion,
      security: { tls: { certificateAuthorities: [{ source: dataUrl(facts.ca) }] } },
      config: {
        merge: [
          {
            source: `https://${facts.endpoint}/ignition`,
            httpHeaders: [
              { name: "Authorization", value: `Bearer ${Buffer.from(facts.token).toString("base64")}` },
              { name: "NodePool", value: facts.nodePool },
              { name: "TargetConfigVersionHash", value: facts.configHash },
            ],
          },
        ],
      },
    },
  };
}
