import { request } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { type Address, hostPort } from "../../control-plane/endpoints.ts";

/** How long an API server may take to answer. */
const usualPatienceMs = 5_000;

/**
 * Asks an API server at an address for its health, over a connection of its own, and trusts the authority only. Says
 * why there was no good answer, or nothing. The same trouble has the same words, so that a condition stays as it is.
 */
export function askApiServer(
  address: Address,
  authority: string,
  signal: AbortSignal,
  options: { lookup?: LookupFunction; patienceMs?: number } = {},
): Promise<string | undefined> {
  const { lookup, patienceMs = usualPatienceMs } = options;
  const url = `https://${hostPort(address)}/livez`;
  const deadline = AbortSignal.timeout(patienceMs);
  return new Promise((resolve) => {
    const outgoing = request(
      url,
      { agent: false, ca: authority, lookup, signal: AbortSignal.any([signal, deadline]) },
      (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk) => {
          text += chunk;
        });
        incoming.on("error", (error) => resolve(`${url} broke off: ${error.message}`));
        incoming.on("end", () => resolve(incoming.statusCode === 200 ? undefined : refusal(url, incoming, text)));
      },
    );
    // Its name or itself: they are mended in different places.
    let isFound = isIP(address.host) !== 0;
    outgoing.on("socket", (socket) =>
      socket.on("lookup", (error) => {
        isFound = !error;
      }),
    );
    outgoing.on("error", (error) => {
      const why = isFound
        ? deadline.aborted
          ? `it did not answer within ${patienceMs / 1000} s`
          : error.message
        : `the name ${address.host} cannot be looked up`;
      resolve(`${url} cannot be reached: ${why}`);
    });
    outgoing.end();
  });
}

/** The checks that failed are the lines that begin with [-]. */
function refusal(url: string, { statusCode }: { statusCode?: number }, body: string): string {
  const failed = [...body.matchAll(/^\[-\](\S+)/gm)].map(([, check]) => check);
  return `${url} answered ${statusCode}${failed.length > 0 ? `, because of ${failed.join(", ")}` : ""}`;
}
