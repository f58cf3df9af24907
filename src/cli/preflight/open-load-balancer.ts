import { Namespace, Service } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { pause } from "../../kube/pause.ts";
import { waitForGone } from "../../kube/wait-for.ts";

const name = "roost-preflight";
const ours = "roost.dev/preflight";

/** What a Service that was made to try came to. */
export interface OpenedLoadBalancer {
  /** Nothing where it got none in time. */
  address?: string;
  /** The cloud has not taken the Service away yet: its namespace stays until that is done. */
  lingers?: boolean;
}

/**
 * Makes a Service of type LoadBalancer in a namespace of its own, and says the address that it gets within that time.
 * Takes both away, also when interrupted; what a killed run left is taken away by the next.
 */
export async function openLoadBalancer(
  kube: Kube,
  { patienceMs, signal }: { patienceMs: number; signal: AbortSignal },
): Promise<OpenedLoadBalancer> {
  await ensureNamespace(kube, signal);
  let address: string | undefined;
  let lingers = false;
  try {
    await kube.apply<Service>({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: name },
      spec: { type: "LoadBalancer", ports: [{ name: "https", port: 443, protocol: "TCP" }] },
    });
    address = await addressWithin(kube, patienceMs, signal);
  } finally {
    lingers = await remove(kube);
  }
  return { address, lingers };
}

/** Asks again and again: of a watch that ends one could not tell a refusal from an address that does not come. */
async function addressWithin(kube: Kube, patienceMs: number, signal: AbortSignal): Promise<string | undefined> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const service = await kube.get(Service, name, name, { signal });
    const address = service && addressOf(service);
    if (address || Date.now() > end) return address;
    await pause(1000, signal);
  }
}

/** Gives true where the Service is still going. A namespace that goes first would hide a cloud's trouble with it. */
async function remove(kube: Kube): Promise<boolean> {
  await kube.delete(Service, name, name);
  const isGone = await waitForGone(kube, Service, name, { namespace: name, timeoutMs: 30_000 }).then(
    () => true,
    () => false,
  );
  await kube.delete(Namespace, name);
  return !isGone;
}

async function ensureNamespace(kube: Kube, signal: AbortSignal): Promise<void> {
  const found = await kube.get(Namespace, name);
  if (found && found.metadata?.labels?.[ours] !== "") {
    throw new Error(`The namespace ${name} is there and was not made by "hcp preflight"; remove it, or do without.`);
  }
  // What a run before this one gave up may still be going.
  const isGoing = found?.metadata?.deletionTimestamp !== undefined;
  if (isGoing) await waitForGone(kube, Namespace, name, { timeoutMs: 60_000, signal });
  if (!found || isGoing)
    await kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { [ours]: "" } } });
}

function addressOf({ status }: Service): string | undefined {
  const [first] = status?.loadBalancer?.ingress ?? [];
  return first?.ip ?? first?.hostname;
}
