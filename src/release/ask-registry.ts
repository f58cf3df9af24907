import { registryClient } from "./registry-client.ts";
import { RegistryError } from "./registry-error.ts";

/** How long a registry may take to answer. */
const patienceMs = 5_000;

/**
 * Asks a registry (`host[:port]`) whether it is there, as anybody may, and trusts `ca` beside the usual authorities.
 * Says why there was no answer, or nothing.
 */
export async function askRegistry(
  registry: string,
  { ca, signal }: { ca?: string; signal: AbortSignal },
): Promise<string | undefined> {
  const deadline = AbortSignal.timeout(patienceMs);
  const client = registryClient(registry, "any", { ca });
  try {
    // To be told to log in is an answer.
    const answer = await client.send("/v2/", {
      expect: [401, 403, 404],
      signal: AbortSignal.any([signal, deadline]),
    });
    answer.destroy();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RegistryError) return error.message;
    if (!deadline.aborted) throw error;
    return `The registry ${registry} does not answer within ${patienceMs / 1000} s; check it, its name and the network.`;
  }
}
