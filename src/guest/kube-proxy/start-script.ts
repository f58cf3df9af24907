/**
 * Starts kube-proxy in the best mode that the node's kernel is good for: it would end in nftables mode on Linux older
 * than 5.13.
 */
export const startScript = `
read -r kernel < /proc/sys/kernel/osrelease
minor=\${kernel#*.}
minor=\${minor%%[!0-9]*}
if [ $((\${kernel%%.*} * 1000 + minor)) -lt 5013 ]; then mode=-iptables; else mode=; fi
exec kube-proxy --config=/etc/kube-proxy/config$mode.json --hostname-override=$NODE_NAME
`.trim();
