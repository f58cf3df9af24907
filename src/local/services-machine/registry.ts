import type { KeyPair } from "../../pki/certificate.ts";
import type { ConfigFile } from "../machine/ignition-config.ts";

const registryPort = 5000;

/** The registry's `host:port` as images name it. */
export function registryOf(baseDomain: string): string {
  return `registry.${baseDomain}:${registryPort}`;
}

/** The configuration of the registry. */
export function registryFiles({ certificate, key }: KeyPair): ConfigFile[] {
  return [
    { path: "/etc/docker/registry/config.yml", text: configuration },
    { path: "/etc/docker/registry/tls.crt", text: certificate },
    { path: "/etc/docker/registry/tls.key", text: key, mode: 0o600 },
  ];
}

/** Debian's unit runs it as a user of its own, who may not read the key. */
export const registryDropin = `[Service]
User=root
Group=root
`;

const configuration = `version: 0.1
log: { level: warn, accesslog: { disabled: true } }
storage:
  filesystem: { rootdirectory: /var/lib/docker-registry }
  delete: { enabled: true }
  cache: { blobdescriptor: inmemory }
http:
  addr: 0.0.0.0:${registryPort}
  tls: { certificate: /etc/docker/registry/tls.crt, key: /etc/docker/registry/tls.key }
`;
