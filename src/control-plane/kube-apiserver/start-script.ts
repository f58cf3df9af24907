import { expectsAgents } from "./files.ts";

/** For how long agents are waited for: they look for servers every five seconds, and meet one of several each time. */
const waitSeconds = 30;

/** How many agents have dialled, as the server counts them. */
const dialled = 'konnectivity_network_proxy_server_ready_backends{proxy_strategy="defaultRoute"}';

/**
 * Whether konnectivity-server counts as started: once as many nodes' agents have dialled as are waited for. Until then
 * logs, exec and webhooks would fail through this pod, so it does not take the place of another one. Nodes that are all
 * away hold up the API for a moment only: the age of the socket tells how long that has been. Nor is a server waited for
 * that starts anew in its pod: nothing else answers for this one.
 */
export function startScript({ folder, socket }: { folder: string; socket: string }): string {
  const met = `${socket}.met`;
  return [
    `[ -e ${met} ] && exit 0`,
    `expected=$(cat ${folder}/${expectsAgents})`,
    `[ "$expected" = 0 ] && exit 0`,
    `dialled=$(wget -q -O - http://127.0.0.1:2041/metrics | sed -n 's/^${dialled} //p')`,
    `[ "\${dialled:-0}" -ge "$expected" ] && touch ${met} && exit 0`,
    `[ -S ${socket} ] && [ $(($(date +%s) - $(stat -c %Y ${socket}))) -gt ${waitSeconds} ]`,
  ].join("\n");
}
