import { noData, waitingPath } from "../../etcd/observe-members.ts";
import type { ConfigMap } from "../../kube/kinds.ts";

/** The ConfigMap with the script that starts a member. */
export const startScriptName = "etcd-start";
/** Where the script and the orders are in the pod. */
export const startPath = "/etc/etcd/start";
/** Where the pod has what it is to restore, if anything. */
export const restorePath = "/etc/etcd/restore";
/** The authorities of the public web, in our images. */
const authoritiesPath = "/etc/ssl/certs/ca-certificates.crt";

/**
 * Decides what a member does, before etcd runs. With data it starts as the member that it is, unless it is told to
 * restore a snapshot, or the others have taken that one out and let it in anew. With an empty volume it follows the order of the control-plane-operator (`orders.ts`), and without
 * one it waits: an etcd that makes a cluster because it finds nothing serves an empty cluster in place of the one that was.
 */
export function startScript(): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: startScriptName }, data: { "start.sh": script } };
}

// What etcd itself takes for data is a file of its log. While a member waits, its port for health says that it lives,
// that it is not ready, and why. It looks for its order every second: the kubelet renews the mounted file.
//
// A restore is made beside the data and put in its place with one rename, with its ID in it: whenever the script is ended
// it begins again or is done. What was there before tells for which restore it was moved aside, and is given up only for
// other data that is moved aside.
const script = `data=/var/lib/data
restored=$data/member/restored
scratch=/var/lib/restoring
aside=/var/lib/data.aside
joined=/var/lib/joined
waiting=/var/lib/waiting
rm -rf $waiting

has_data() {
  for log in $data/member/wal/*.wal; do
    [ -e "$log" ] && return 0
  done
  return 1
}

is_restored() {
  was=
  [ -r $restored ] && read -r was < $restored
  [ "$was" = "$1" ]
}

is_moved_aside_for() {
  was=
  [ -r $data.before/member/moved-aside ] && read -r was < $data.before/member/moved-aside
  [ "$was" = "$1" ]
}

has_joined() {
  was=
  [ -r $joined ] && read -r was < $joined
  [ "$was" = "$1" ]
}

server=
child=
trap 'kill $server $child 2>/dev/null; exit 0' TERM

# Says it where health is read.
said=
say() {
  said=$1
  echo "$POD_NAME: $1" >&2
  mkdir -p $waiting
  echo ok > $waiting/livez
  echo "$1" > $waiting/new
  mv $waiting/new $waiting${waitingPath}
  [ -n "$server" ] && return
  busybox httpd -f -p 0.0.0.0:2381 -h $waiting &
  server=$!
}

begin() {
  [ -z "$server" ] || { kill $server; wait $server; }
  rm -rf $waiting
  exec etcd "$@"
}

# So that the script itself hears that it is to end.
run() {
  "$@" &
  child=$!
  wait $child
  result=$?
  child=
  return $result
}

# The address is a secret: no argument, no output.
fetch() {
  url=
  { read -r url < ${restorePath}/url; } 2>/dev/null
  [ -n "$url" ] || { problem=address; return 1; }
  printf 'url = "%s"\\n' "$url" > $scratch/address || return 1
  set -- --config $scratch/address --globoff --proto =https --fail --silent --location --connect-timeout 15 \\
    --speed-limit 1000 --speed-time 60 --output $scratch/snapshot.db --write-out '%{http_code}\\n'
  if [ -s ${restorePath}/ca.crt ]; then
    cat ${authoritiesPath} ${restorePath}/ca.crt > $scratch/ca.crt 2>/dev/null
    set -- "$@" --cacert $scratch/ca.crt
  fi
  run curl "$@" > $scratch/status 2>/dev/null
  result=$?
  status=
  read -r status < $scratch/status
  [ $result = 0 ] || { problem="fetch $result $status"; return 1; }
  wanted=
  { read -r wanted < ${restorePath}/sha256; } 2>/dev/null
  [ -z "$wanted" ] || [ "$(sha256sum < $scratch/snapshot.db)" = "$wanted  -" ] || { problem=sha256; return 1; }
}

# Its own name and addresses are among the arguments that etcd gets.
restore() {
  id=$1
  cluster=$2
  shift 2
  problem=failed
  # Private: it holds an address that lets anybody read the snapshot.
  rm -rf $scratch && (umask 077 && mkdir $scratch) || return 1
  fetch || return 1
  flags=
  for flag; do
    case $flag in --name=* | --initial-cluster-token=* | --initial-advertise-peer-urls=*) flags="$flags $flag" ;; esac
  done
  bump=1000000000
  { read -r bump < ${restorePath}/bump; } 2>/dev/null
  run etcdutl snapshot restore $scratch/snapshot.db --data-dir=$scratch/data --initial-cluster="$cluster" $flags \\
    --bump-revision=$bump --mark-compacted > $scratch/log 2>&1 || {
    problem="etcdutl $result"
    case $(cat $scratch/log) in
      *"no space left"*) problem=full ;;
      # Of a file that has no room for one it says that it cannot look there.
      *"missing hash"* | *"invalid argument"*) problem=unfinished ;;
      *"expected sha256"*) problem=damaged ;;
      *) cat $scratch/log >&2 ;;
    esac
    return 1
  }
  problem=failed
  echo "$id" > $scratch/data/member/restored || return 1
  rm -f $scratch/snapshot.db
  sync
  if [ -e $data ]; then
    [ ! -d $data/member ] || echo "$id" > $data/member/moved-aside || return 1
    rm -rf $data.before && mv $data $data.before || return 1
  fi
  mv $scratch/data $data && sync && rm -rf $scratch
}

# In two steps: where it ended between them, there is no data, and it goes on with the second. One that had nothing has
# nothing again: what is moved aside there is of an earlier restore.
put_back() {
  if [ -e $data ]; then
    is_restored "$1" || return 0
    rm -rf $data.undone && mv $data $data.undone || return 1
  fi
  if is_moved_aside_for "$1"; then
    mv $data.before $data || return 1
  fi
  sync && rm -rf $data.undone
}

pause=1
tries=0
while :; do
  order=hold
  cluster=
  [ -r ${startPath}/$POD_NAME ] && read -r order cluster < ${startPath}/$POD_NAME
  case $order in
    restore)
      id=\${cluster%% *}
      if ! is_restored "$id"; then
        say "restoring $id"
        restore "$id" "\${cluster#* }" "$@" || {
          rm -rf $scratch
          tries=$((tries + 1))
          say "restoring $id failed in try $tries: $problem"
          sleep $pause &
          wait $!
          [ $pause -ge 30 ] || pause=$((pause * 2))
          continue
        }
      fi
      ;;
    put-back)
      put_back "$cluster" || { say "putting back $cluster failed"; sleep 5 & wait $!; continue; }
      ;;
    rejoin)
      id=\${cluster%% *}
      if has_data && ! has_joined "$id"; then
        echo "$POD_NAME was taken out and let in again: what it had is put aside" >&2
        rm -rf $aside
        mv $data/member $aside
      fi
      ;;
  esac
  if has_data; then
    # Once it starts anew nobody asks for what it had before, and the volume has room for two and no more.
    rm -rf $aside
    begin "$@"
  fi
  case $order in
    new | existing | rejoin)
      state=existing
      # What is left of a member that the others have taken out is of no use to the one that they let in.
      if [ $order = new ]; then state=new; else rm -rf $data/member; fi
      [ $order != rejoin ] || echo "$id" > $joined
      begin "$@" --initial-cluster="\${cluster##* }" --initial-cluster-state=$state
      ;;
  esac
  [ "$said" = "${noData}" ] || say "${noData}"
  sleep 1 &
  wait $!
done
`;
