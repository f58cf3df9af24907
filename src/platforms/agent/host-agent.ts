import { type IgnitionFile, type IgnitionUnit, ignitionFile } from "../../ignition/config.ts";

/** Where a host finds the operator's registration service, and how it knows it for the right one. */
export interface RegistrationPoint {
  /** `https://host:port`. */
  url: string;
  /** Certificate authority, PEM. */
  ca: string;
}

/** What a host shows to the service: the InfraEnv's token before it is known, its own credential once it is installed. */
export type HostIdentity =
  | { phase: "discovery"; namespace: string; infraEnv: string; token: string }
  | {
      phase: "installed";
      namespace: string;
      name: string;
      credential: string;
      installation: string;
      /** `namespace/name` of the cluster that it is installed for. */
      owner: string;
    };

const directory = "/etc/roost-agent";

/** The program that speaks for a host, while it runs from memory and after it was installed. */
export function hostAgent(
  point: RegistrationPoint,
  identity: HostIdentity,
): { files: IgnitionFile[]; unit: IgnitionUnit } {
  const installed = identity.phase === "installed";
  const environment = {
    URL: point.url,
    PHASE: identity.phase,
    NAMESPACE: identity.namespace,
    INFRA_ENV: installed ? "" : identity.infraEnv,
    NAME: installed ? identity.name : "",
    INSTALLATION: installed ? identity.installation : "",
    OWNER: installed ? identity.owner : "",
  };
  const secret = installed ? identity.credential : identity.token;
  return {
    files: [
      ignitionFile(`${directory}/agent.env`, lines(environment)),
      ignitionFile(`${directory}/ca.crt`, point.ca),
      ignitionFile(`${directory}/authorization`, `Authorization: Bearer ${secret}\n`, 0o600),
      ignitionFile("/usr/local/bin/roost-agent", script, 0o755),
    ],
    unit: { name: "roost-agent.service", enabled: true, contents: unit },
  };
}

function lines(variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

const unit = `[Unit]
Description=Registers this host and does what the hosted clusters' operator asks of it
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
EnvironmentFile=${directory}/agent.env
RuntimeDirectory=roost-agent
ExecStart=/usr/local/bin/roost-agent
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
`;

const script = `#!/bin/bash
# Speaks for this host: registers it, says how it is, and installs or resets it when told to. Everything that must
# last is on the operator's side, so this program may end at any moment and start anew.
set -uo pipefail

config=/disk/ignition/config.ign
authorization=${directory}/authorization
if [ "$PHASE" = discovery ]; then authorization=/run/roost-agent/authorization; fi
stage='' message=''

# Calls the service: method, path, headers' file, body. Prints the answer; what went wrong goes to the journal.
call() {
  curl --silent --show-error --fail-with-body --max-time 90 --cacert ${directory}/ca.crt \\
    --request "$1" --header "@$3" --header 'Content-Type: application/json' \${4:+--data-binary "$4"} "$URL$2"
}

# A container's own machine id tells it from its neighbours; the firmware's id is that of the computer for all of them.
host_id() {
  if [ -s /boot/host-id ]; then cat /boot/host-id; return; fi
  if systemd-detect-virt --container --quiet; then
    sed -E 's/^(.{8})(.{4})(.{4})(.{4})(.{12})$/\\1-\\2-\\3-\\4-\\5/' /etc/machine-id
  else
    cat /sys/class/dmi/id/product_uuid
  fi
}

inventory() {
  local addresses
  addresses=$(ip -json address show)
  jq --null-input --compact-output \\
    --arg hostname "$(hostname)" \\
    --argjson addresses "$addresses" \\
    --argjson cpus "$(nproc)" \\
    --arg architecture "$(uname -m)" \\
    --arg model "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \\
    --argjson memory "$(awk '/^MemTotal/ { print $2 * 1024 }' /proc/meminfo)" \\
    --argjson disk "$(df --output=size --block-size=1 /disk 2>/dev/null | tail -n 1 | grep -E '^ *[0-9]+$' || echo 0)" \\
    --arg vendor "$(cat /sys/class/dmi/id/sys_vendor 2>/dev/null)" \\
    --arg product "$(cat /sys/class/dmi/id/product_name 2>/dev/null)" \\
    --argjson virtual "$(systemd-detect-virt --quiet && echo true || echo false)" '
    def of(family): [.addr_info[] | select(.family == family and .scope == "global") | "\\(.local)/\\(.prefixlen)"];
    {
      hostname: $hostname,
      interfaces: [ $addresses[] | select(.link_type == "ether" and (.operstate == "UP" or .operstate == "UNKNOWN"))
        | select(.ifname | test("^(cni|flannel|veth|docker|podman)") | not)
        | { name: .ifname, macAddress: .address, hasCarrier: (.flags | index("LOWER_UP") != null), mtu,
            flags: [], ipV4Addresses: of("inet"), ipV6Addresses: of("inet6") } ],
      cpu: { count: $cpus, architecture: $architecture, modelName: $model },
      memory: { physicalBytes: $memory, usableBytes: $memory },
      disks: [ select($disk > 0) | { name: "disk", path: "/disk", sizeBytes: $disk } ],
      systemVendor: { manufacturer: $vendor, productName: $product, virtual: $virtual }
    }'
}

register() {
  local id answer
  id=$(host_id | tr 'A-Z' 'a-z')
  answer=$(call POST "/infra-envs/$NAMESPACE/$INFRA_ENV/hosts" ${directory}/authorization \\
    "$(jq --null-input --compact-output --arg id "$id" --argjson inventory "$(inventory)" '$ARGS.named')") || {
    echo "could not register: $answer"
    return 1
  }
  NAME=$(jq --raw-output .name <<< "$answer")
  (umask 077; jq --raw-output '"Authorization: Bearer " + .credential' <<< "$answer" > "$authorization")
  echo "registered as agent $NAME in namespace $NAMESPACE"
}

# What an installed host has to say until it is a node: the last words of what sets it up.
node_message() {
  if [ "$PHASE" != installed ] || [ -e /var/lib/kubelet/pki/kubelet-client-current.pem ]; then return; fi
  local words
  words=$(journalctl --quiet --boot --identifier roost-node-setup --output cat --lines 1 2> /dev/null | head --bytes 500)
  case "$words" in
    '') echo 'the setup of the node has not begun' ;;
    'Kubernetes v'*) echo "the kubelet ($words) starts; the node has no certificate yet" ;;
    *) echo "$words" ;;
  esac
}

report() {
  call POST "/hosts/$NAMESPACE/$NAME/next-step" "$authorization" "$(jq --null-input --compact-output \\
    --arg phase "$PHASE" --arg installation "$INSTALLATION" --arg owner "\${OWNER:-}" --arg stage "$stage" --arg message "$message" \\
    --argjson wait "\${1:-true}" '$ARGS.named')"
}

# The configuration takes its name only once it is whole and on the disk: a host that dies here starts again.
install_host() {
  stage='Writing image to disk' message=''
  report false > /dev/null
  mkdir -p "$(dirname "$config")"
  (umask 077; call GET "/hosts/$NAMESPACE/$NAME/ignition" "$authorization" > "$config.new") || {
    stage=Failed message="the operator gave no configuration: $(head -c 500 "$config.new")"
    return 1
  }
  jq --exit-status .ignition.version "$config.new" > /dev/null && sync && mv "$config.new" "$config" && sync || {
    stage=Failed message="the configuration could not be written to $config"
    return 1
  }
  stage=Rebooting
  report false > /dev/null
  echo "installed; rebooting"
  systemctl reboot
  sleep infinity
}

reset_host() {
  echo "this host is free again; rebooting without its disk"
  rm -rf "$(dirname "$config")"
  sync
  systemctl reboot
  sleep infinity
}

echo "this host is in phase $PHASE"
while true; do
  if [ ! -s "$authorization" ]; then
    register || { sleep 5; continue; }
  fi
  # While the node is not there yet, what its setup says is news every few seconds.
  wait=true
  if [ "$PHASE" = installed ]; then
    message=$(node_message)
    [ -z "$message" ] || wait=false
  fi
  answer=$(report "$wait") || {
    echo "no answer: $answer"
    # The operator does not know this credential (any more). Only a host that runs from memory can get another.
    if [ "$PHASE" = discovery ] && jq --exit-status '.unknown == true' <<< "$answer" > /dev/null 2>&1; then rm -f "$authorization"; fi
    sleep 5
    continue
  }
  case $(jq --raw-output .step <<< "$answer") in
    install) install_host || { echo "$message"; sleep 10; } ;;
    reset) reset_host ;;
    *) sleep "$(jq '.afterSeconds // 5' <<< "$answer")" ;;
  esac
done
`;
