import { inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** The kubeconfigs of the API servers that the `*.api.test.ts` of a run share: one for each file that runs at a time. */
    apiServers: string[];
  }
}

/**
 * The kubeconfig of the API server that no other file of tests uses meanwhile: files that run beside each other would
 * see each other's definitions, and count each other's requests.
 */
export function ownApiServer(): string {
  const worker = Number(process.env.VITEST_POOL_ID);
  const kubeconfig = inject("apiServers")[worker - 1];
  if (!kubeconfig) throw new Error(`There is no API server for worker ${worker} of the tests`);
  return kubeconfig;
}
