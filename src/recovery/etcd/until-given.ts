import { pause } from "../../kube/pause.ts";

/**
 * Looks again and again for a while; rejects with the last error. For what a pod that has just started cannot have yet:
 * NetworkPolicies let it out and in a moment after it has its address.
 */
export async function untilGiven<T>(
  look: () => Promise<T>,
  { forMs, everyMs, signal }: { forMs: number; everyMs: number; signal: AbortSignal },
): Promise<T> {
  const deadline = Date.now() + forMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() >= deadline) throw error;
      await pause(everyMs, signal);
    }
  }
}
