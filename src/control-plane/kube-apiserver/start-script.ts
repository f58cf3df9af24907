import { expectsAgents } from "./files.ts";

/** For how long agents are waited for: they look for servers every five seconds, and meet one of several each time. */
const waitSeconds = 30;

/**
 * Whether konnectivity-server counts as started: where nodes are expected to dial, once one has. Until then logs, exec
 * and webhooks would fail through this pod, so it does not take the place of another one. Nodes that are all away hold
 * up the API for a moment only: the age of the socket tells how long that has been. Nor is a server waited for that
 * starts anew in its pod: nothing else answers for this one.
 */
export function startScript({ folder, socket }: { folder: string; socket: string }): string {
  const met = `${socket}.met`;
  return [
    `[ -e ${met} ] && exit 0`,
    `[ "$(cat ${folder}/${expectsAgents})" = yes ] || exit 0`,
    `wget -q -O /dev/null http://127.0.0.1:2041/readyz && touch ${met} && exit 0`,
    `[ -S ${socket} ] && [ $(($(date +%s) - $(stat -c %Y ${socket}))) -gt ${waitSeconds} ]`,
  ].join("\n");
}
