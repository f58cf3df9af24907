import { type RegistryAccess, registryClient } from "./registry-client.ts";
import { RegistryError } from "./registry-error.ts";

/** How long a registry may take to answer. */
const patienceMs = 5_000;

/** To be told to log in, to ask elsewhere, later or otherwise, is an answer: images may be read all the same. */
const answers = Array.from({ length: 300 }, (_, i) => 200 + i);

/**
 * Asks a registry (`host[:port]`) whether it is there, as anybody may. Says why there was no answer, or that it fails
 * itself; or nothing.
 */
export async function askRegistry(
  registry: string,
  { signal, ...access }: Pick<RegistryAccess, "ca" | "plainHttp"> & { signal: AbortSignal },
): Promise<string | undefined> {
  const deadline = AbortSignal.timeout(patienceMs);
  const client = registryClient(registry, "any", access);
  try {
    const answer = await client.send("/v2/", {
      expect: answers,
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
