import { type IgnitionConfig, ignitionConfig, ignitionFile } from "../config.ts";

/** Runs before each start of the kubelet; does its work once per release. */
export const nodeSetupPath = "/usr/local/bin/roost-node-setup";

/** Names the images of the release for the script. */
export const releaseEnvironmentPath = "/etc/kubernetes/release.env";

/** Where kubelet and containerd find the registries' credentials. */
export const pullSecretPath = "/var/lib/kubelet/config.json";

/** Sets up kernel and programs before the kubelet starts: the release's kubelet and CNI plugins come out of its image. */
export function nodeSetup(): IgnitionConfig {
  return ignitionConfig({
    files: [ignitionFile(sysctlPath, sysctls), ignitionFile(nodeSetupPath, script, 0o755)],
  });
}

const sysctlPath = "/etc/sysctl.d/90-kubernetes.conf";
const sysctls = `net.ipv4.ip_forward = 1
net.ipv6.conf.all.forwarding = 1
net.bridge.bridge-nf-call-iptables = 1
net.bridge.bridge-nf-call-ip6tables = 1
fs.inotify.max_user_instances = 8192
fs.inotify.max_user_watches = 524288
`;

const script = `#!/bin/bash
# Sets up this machine for the kubelet: kernel settings, and the programs of the release.
set -euo pipefail

# Both may be absent from the kernel as modules because they are built in.
modprobe --quiet br_netfilter || true
modprobe --quiet overlay || true
sysctl --quiet --ignore --load ${sysctlPath} || echo "some kernel settings of ${sysctlPath} could not be made"

. ${releaseEnvironmentPath}
installed=/usr/local/share/roost/kubelet-image
if [ "$(cat "$installed" 2>/dev/null || true)" = "$KUBELET_IMAGE" ]; then exit 0; fi

# The login of the longest entry of the pull secret that the image's name begins with.
login() {
  [ -s ${pullSecretPath} ] || return 0
  jq -r --arg image "$1" '
    [ (.auths // {}) | to_entries[] | select(.value.auth != null)
      | { place: (.key | sub("^https?://"; "") | sub("/v[12]/?$"; "") | rtrimstr("/")), auth: .value.auth }
      | . as $entry | select($image | startswith($entry.place + "/")) ]
    | sort_by(.place | length) | last // empty | .auth | @base64d' ${pullSecretPath}
}

echo "pulling $KUBELET_IMAGE"
user=$(login "$KUBELET_IMAGE")
if [ -z "$user" ]; then
  ctr --namespace roost images pull --hosts-dir /etc/containerd/certs.d "$KUBELET_IMAGE" > /dev/null
else
  # The password goes to ctr's prompt, on a terminal of its own: every process may read the arguments of others.
  errors=$(mktemp)
  export KUBELET_IMAGE errors name="\${user%%:*}"
  script --quiet --return --command 'exec ctr --namespace roost images pull --hosts-dir /etc/containerd/certs.d \
    --user "$name" "$KUBELET_IMAGE" 2> "$errors"' /dev/null <<< "\${user#*:}" > /dev/null || {
    cat "$errors" >&2
    exit 1
  }
  rm -f "$errors"
fi

image=/run/roost/kubelet-image
ctr --namespace roost images unmount --rm "$image" > /dev/null 2>&1 || true
mkdir -p "$image"
ctr --namespace roost images mount "$KUBELET_IMAGE" "$image" > /dev/null

# A program that runs cannot be written to, but another file can take its name.
put() {
  cp --dereference "$1" "$2.new"
  chmod 755 "$2.new"
  mv -f "$2.new" "$2"
}
mkdir -p /usr/local/bin /opt/cni/bin "$(dirname "$installed")"
for directory in usr/bin usr/local/bin bin; do
  for program in kubelet kubectl; do
    if [ -f "$image/$directory/$program" ]; then put "$image/$directory/$program" "/usr/local/bin/$program"; fi
  done
done
for plugin in "$image"/opt/cni/bin/*; do
  if [ -f "$plugin" ]; then put "$plugin" "/opt/cni/bin/$(basename "$plugin")"; fi
done
ctr --namespace roost images unmount --rm "$image" > /dev/null
/usr/local/bin/kubelet --version
echo "$KUBELET_IMAGE" > "$installed"
`;
