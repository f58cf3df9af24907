import type { KeyPair } from "../../pki/certificate.ts";
import type { MachineConfig } from "../machine/ignition-config.ts";

/** The one bucket that is there from the start. */
export const s3Bucket = "backups";
/** Where the store's objects and what it knows of them are kept in its machine. */
export const s3Folder = "/var/lib/s3";
/** Where the store's program is. */
export const s3Programs = "/opt/s3";
const port = 7070;

/** The address of the store of a machine with this address. */
export function s3Endpoint(address: string): string {
  return `https://${address}:${port}`;
}

/** What the store's administrator proves itself with. */
export interface S3Keys {
  access: string;
  secret: string;
}

/** The keys as an AWS credentials file. */
export function s3CredentialsFile({ access, secret }: S3Keys): string {
  return `[default]\naws_access_key_id = ${access}\naws_secret_access_key = ${secret}\n`;
}

/** The configuration of the machine that runs the store, with its own TLS. */
export function s3Config({ certificate, key }: KeyPair, { access, secret }: S3Keys): MachineConfig {
  return {
    files: [
      { path: "/etc/s3/tls.crt", text: certificate },
      { path: "/etc/s3/tls.key", text: key, mode: 0o600 },
      { path: "/etc/s3/environment", text: `ROOT_ACCESS_KEY=${access}\nROOT_SECRET_KEY=${secret}\n`, mode: 0o600 },
    ],
    units: [
      { name: "s3.service", text: unit },
      { name: "containerd.service", enabled: false },
    ],
  };
}

const unit = `[Unit]
Description=S3 store
After=network.target

[Service]
EnvironmentFile=/etc/s3/environment
ExecStartPre=/bin/mkdir -p ${s3Folder}/data/${s3Bucket} ${s3Folder}/sidecar
ExecStart=${s3Programs}/versitygw --port :${port} --cert /etc/s3/tls.crt --key /etc/s3/tls.key posix --sidecar ${s3Folder}/sidecar ${s3Folder}/data
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
`;
