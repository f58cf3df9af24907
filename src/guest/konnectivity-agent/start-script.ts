/** For how long servers are looked for: one that is away for long must not keep nodes from new agents. */
const waitSeconds = 120;

/**
 * Whether an agent counts as started: once it has met this many servers. The former one goes after that, and a server
 * that lost its agents fails logs, exec and webhooks.
 */
export function startScript({ loopback, servers }: { loopback: string; servers: number }): string {
  return [
    `wget -q -O - http://${loopback}:2041/metrics | awk -v now=$(date +%s) '`,
    '  $1 == "konnectivity_network_proxy_agent_open_server_connections" { met = $2 }',
    '  $1 == "process_start_time_seconds" { since = $2 }',
    `  END { exit !(met >= ${servers} || (since && now - since > ${waitSeconds})) }'`,
  ].join("\n");
}
