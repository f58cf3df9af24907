import { expectsAgents } from "./files.ts";

/**
 * For how long agents are waited for: while another server answers, so long that each of them has certainly come by. It
 * meets one of several by chance, every two to ten seconds, the seldomer the more nodes there are.
 */
const waitSeconds = 120;
/** The same where nobody else answers: nodes that started anew with the control plane have their agents from it only. */
const waitAloneSeconds = 30;

/** How many agents have dialled, as the server counts them. */
const dialled = 'konnectivity_network_proxy_server_ready_backends{proxy_strategy="defaultRoute"}';

interface Places {
  folder: string;
  socket: string;
  /** The Service that leads to API servers which are ready. */
  others: { host: string; port: number };
}

/**
 * Whether konnectivity-server counts as started: once as many nodes' agents have dialled as are waited for. Until then
 * logs, exec and webhooks would fail through this pod, so it does not take the place of another one. Nodes that are all
 * away hold up the API for a moment only: the age of the socket tells how long that has been. Nor is a server waited for
 * that starts anew in its pod: nothing else answers for this one.
 */
export function startScript({ folder, socket, others: { host, port } }: Places): string {
  const met = `${socket}.met`;
  return [
    `[ -e ${met} ] && exit 0`,
    `expected=$(cat ${folder}/${expectsAgents})`,
    `[ "$expected" = 0 ] && exit 0`,
    `dialled=$(wget -q -O - http://127.0.0.1:2041/metrics | sed -n 's/^${dialled} //p')`,
    `[ "\${dialled:-0}" -ge "$expected" ] && touch ${met} && exit 0`,
    `[ -S ${socket} ] || exit 1`,
    `seconds=$(($(date +%s) - $(stat -c %Y ${socket})))`,
    `[ $seconds -gt ${waitAloneSeconds} ] || exit 1`,
    `[ $seconds -gt ${waitSeconds} ] || ! nc -w 1 ${host} ${port} < /dev/null > /dev/null 2>&1`,
  ].join("\n");
}
