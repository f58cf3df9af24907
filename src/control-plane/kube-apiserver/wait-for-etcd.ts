/**
 * Starts the program that it is given as soon as somebody listens at this host and port. An API server that finds no
 * etcd at its first look tries again after one second and then after nearly two more, and ends after twenty.
 */
export function waitForEtcd(host: string, port: number): string {
  return [
    "trap 'exit 0' TERM",
    `until nc -w 1 ${host} ${port} < /dev/null 2> /dev/null; do`,
    `  [ "$said" ] || echo "Waiting for etcd: nobody listens at ${host}, port ${port}, yet" >&2`,
    "  said=yes",
    "  sleep 0.1",
    "done",
    'exec "$@"',
  ].join("\n");
}
