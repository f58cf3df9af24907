import { type IgnitionConfig, ignitionConfig, ignitionFile } from "../config.ts";

/** Has the machine trust more certificate authorities (PEM), before containerd starts. */
export function trustBundle(bundle: string): IgnitionConfig {
  const certificates = bundle.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return ignitionConfig({
    files: [
      // One file each: Debian's tool makes no hash link for a file of several.
      ...certificates.map((certificate, index) =>
        ignitionFile(`${directory}/additional-trust-bundle-${index}.crt`, `${certificate}\n`),
      ),
      ignitionFile("/usr/local/bin/roost-trust-bundle", script, 0o755),
    ],
    units: [{ name: "roost-trust-bundle.service", enabled: true, contents: unit }],
  });
}

const directory = "/etc/roost/trust";

const script = `#!/bin/bash
# Adds the certificate authorities of the cluster to those that this machine trusts.
set -euo pipefail
if command -v update-ca-trust > /dev/null; then
  cp ${directory}/*.crt /etc/pki/ca-trust/source/anchors/
  update-ca-trust extract
else
  mkdir -p /usr/local/share/ca-certificates
  cp ${directory}/*.crt /usr/local/share/ca-certificates/
  update-ca-certificates
fi
`;

const unit = `[Unit]
Description=Trust the additional certificate authorities of the cluster
Before=containerd.service kubelet.service

[Service]
Type=oneshot
RemainAfterExit=true
ExecStart=/usr/local/bin/roost-trust-bundle

[Install]
WantedBy=multi-user.target
`;
