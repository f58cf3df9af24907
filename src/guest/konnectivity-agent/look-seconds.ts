/** How often an agent looks while it lacks a server, by how many nodes there are at most: each look is a TLS handshake. */
const steps = [
  { nodes: 20, seconds: 2 },
  { nodes: 100, seconds: 5 },
  { nodes: Number.POSITIVE_INFINITY, seconds: 10 },
] as const;

/**
 * How many seconds lie between an agent's looks for a server that it lacks, so that those of all agents stay few. Of
 * three servers one is met by chance. Within the 120 s that a new agent may take to meet all three, it misses one once in
 * a thousand million times where it looks every 2 s (each is stretched by up to a tenth), once in 2 000 times with 5 s,
 * and once in 30 times with 10 s. That is no loss among so many nodes: it goes on looking, and until then that server
 * reaches its node through another agent.
 *
 * What was used before stays where the number of nodes goes to and fro: with another one all agents start anew.
 */
export function lookSeconds(nodes: number, former?: number): number {
  const least = secondsFor(nodes);
  const most = secondsFor(2 * nodes);
  return steps.find(({ seconds }) => seconds === former && least <= seconds && seconds <= most)?.seconds ?? least;
}

const secondsFor = (count: number) => steps.find(({ nodes }) => count <= nodes)?.seconds ?? 10;
