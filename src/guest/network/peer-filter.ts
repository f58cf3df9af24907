import { vxlanPort } from "./vni.ts";

/** The file of the script in the ConfigMap. */
export const peerFilterFile = "filter-peers.sh";

/**
 * Has a node take VXLAN from the cluster's other nodes only, because whoever else is on its network could otherwise put
 * packets into its pods. The nodes are those that flannel tells the kernel of. Where this ends, the last rules stay.
 */
export const peerFilter = `set -eu
trap 'exit 0' TERM
peers() {
  bridge fdb show | awk -v separator="$1" '
    / dev flannel[.-]/ {
      for (i = 1; i < NF; i++) {
        if ($i == "dst" && index($(i + 1), separator) && !seen[$(i + 1)]++) list = list (list ? ", " : "") $(i + 1)
      }
    }
    END { print list }'
}
elements() {
  found=$(peers "$1")
  if [ -n "$found" ]; then echo "elements = { $found }"; fi
}
refresh() {
  nft -f - << END || echo "the filter stays as it was" >&2
table inet roost-vxlan {}
delete table inet roost-vxlan
table inet roost-vxlan {
  set peers4 { type ipv4_addr; $(elements .); }
  set peers6 { type ipv6_addr; $(elements :); }
  chain input {
    type filter hook input priority filter; policy accept;
    udp dport ${vxlanPort} ip saddr != @peers4 drop
    udp dport ${vxlanPort} ip6 saddr != @peers6 drop
  }
}
END
}
refresh
# Changes that come before the monitor listens are seen by the look after it.
bridge monitor fdb | { sleep 1; refresh; while read -r line; do case "$line" in *" dev flannel"*) refresh ;; esac; done; } &
wait
`;
