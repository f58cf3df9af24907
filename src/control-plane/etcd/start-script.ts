import { waitingPath } from "../../etcd/observe-members.ts";
import type { ConfigMap } from "../../kube/kinds.ts";

/** The ConfigMap with the script that starts a member. */
export const startScriptName = "etcd-start";
/** Where the script and the orders are in the pod. */
export const startPath = "/etc/etcd/start";

/**
 * Decides what a member does, before etcd runs. With data it starts as the member that it is. With an empty volume it
 * follows the order of the control-plane-operator (`orders.ts`), and without one it waits: an etcd that makes a
 * cluster because it finds nothing serves an empty cluster in place of the one that was.
 */
export function startScript(): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: startScriptName }, data: { "start.sh": script } };
}

// What etcd itself takes for data is a file of its log. While a member waits, its port for health says that it lives,
// that it is not ready, and why. It looks for its order every second: the kubelet renews the mounted file.
const script = `data=/var/lib/data
waiting=/var/lib/waiting
rm -rf $waiting

for log in $data/member/wal/*.wal; do
  [ -e "$log" ] && exec etcd "$@"
done

server=
trap '[ -z "$server" ] || kill $server; exit 0' TERM
while :; do
  order=hold
  [ -r ${startPath}/$POD_NAME ] && read -r order cluster < ${startPath}/$POD_NAME
  case $order in
    new | existing)
      [ -z "$server" ] || { kill $server; wait $server; }
      rm -rf $waiting
      # What is left of a member that the others have taken out is of no use to the one that they let in.
      [ $order = new ] || rm -rf $data/member
      exec etcd "$@" --initial-cluster="$cluster" --initial-cluster-state=$order
      ;;
  esac
  if [ -z "$server" ]; then
    echo "$POD_NAME has no data, and this control plane may have had an etcd: waiting for an order to join it" >&2
    mkdir -p $waiting
    echo ok > $waiting/livez
    echo no data > $waiting${waitingPath}
    busybox httpd -f -p 0.0.0.0:2381 -h $waiting &
    server=$!
  fi
  sleep 1 &
  wait $!
done
`;
