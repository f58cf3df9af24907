/**
 * The `etcdctl` of etcd's image. Since etcd 3.6 `snapshot status` and `snapshot restore` are etcdutl's, and etcdctl prints
 * its help for them and ends with 0, which scripts take for success: those are handed on, without what only tells how
 * etcd is reached. And the environment of the pod tells that to whoever says nothing: etcdctl refuses to be told twice,
 * and grumbles about ETCDCTL_API, of which there is but one left.
 */
export const etcdctlScript = `#!/usr/bin/sh
unset ETCDCTL_API
before=
moved=
for word; do
  case "$before $word" in "snapshot status" | "snapshot restore") moved=1 ;; esac
  before=$word
  case $word in
    --endpoints | --endpoints=*) unset ETCDCTL_ENDPOINTS ;;
    --cacert | --cacert=*) unset ETCDCTL_CACERT ;;
    --cert | --cert=*) unset ETCDCTL_CERT ;;
    --key | --key=*) unset ETCDCTL_KEY ;;
  esac
done
[ -n "$moved" ] || exec /usr/libexec/etcdctl "$@"

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
