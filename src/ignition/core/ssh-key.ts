import { type IgnitionConfig, ignitionConfig, ignitionFile } from "../config.ts";

/** Lets the owner of this public key log in as `core`, who may become root. */
export function sshKey(publicKeys: string): IgnitionConfig {
  const keys = publicKeys
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  if (keys.length === 0) return ignitionConfig({});
  return ignitionConfig({
    users: [{ name: "core", sshAuthorizedKeys: keys }],
    files: [ignitionFile("/etc/sudoers.d/core", "core ALL=(ALL) NOPASSWD: ALL\n", 0o440)],
  });
}
