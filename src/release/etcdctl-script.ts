/**
 * The `etcdctl` of etcd's image. Since etcd 3.6 `snapshot status` and `snapshot restore` are etcdutl's, and etcdctl prints
 * its help for them and ends with 0, which scripts take for success: those are handed on, without what only tells how
 * etcd is reached. And the environment of the pod tells that to whoever says nothing: etcdctl refuses to be told twice,
 * and grumbles about ETCDCTL_API, of which there is but one left.
 */
export const etcdctlScript = `#!/usr/bin/sh
unset ETCDCTL_API
command=
words=0
value=
for word; do
  # The command is the first two words that are neither flags nor what a flag takes.
  case $value$words$word in
    value*) value= ;;
    ?-w | ?--write-out | ?-d | ?--discovery-srv | ?--discovery-srv-name | ?--*-timeout | ?--keepalive-time | ?--max-*-bytes) value=value ;;
    ?--cacert | ?--cert | ?--key | ?--endpoints | ?--user | ?--password | ?--auth-jwt-token) value=value ;;
    ?-*) ;;
    [01]*) command="$command $word" words=$((words + 1)) ;;
  esac
  case $word in
    --endpoints | --endpoints=*) unset ETCDCTL_ENDPOINTS ;;
    --cacert | --cacert=*) unset ETCDCTL_CACERT ;;
    --cert | --cert=*) unset ETCDCTL_CERT ;;
    --key | --key=*) unset ETCDCTL_KEY ;;
  esac
done
case $command in " snapshot status" | " snapshot restore") ;; *) exec /usr/libexec/etcdctl "$@" ;; esac

left=$#
while [ $left -gt 0 ]; do
  word=$1
  shift
  left=$((left - 1))
  case $word in
    --cacert | --cert | --key | --endpoints)
      shift
      left=$((left - 1))
      ;;
    --cacert=* | --cert=* | --key=* | --endpoints=*) ;;
    *) set -- "$@" "$word" ;;
  esac
done
exec etcdutl "$@"
`;
