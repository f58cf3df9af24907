import { Namespace, Service } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { waitFor, waitForGone } from "../../kube/wait-for.ts";

const name = "roost-preflight";
const ours = "roost.dev/preflight";

/**
 * Makes a Service of type LoadBalancer in a namespace of its own, and says the address that it gets within that time;
 * nothing where it gets none. Takes both away, also when interrupted; what a killed run left is taken away by the next.
 */
export async function openLoadBalancer(
  kube: Kube,
  { patienceMs, signal }: { patienceMs: number; signal: AbortSignal },
): Promise<string | undefined> {
  await ensureNamespace(kube, signal);
  try {
    await kube.apply<Service>({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: name },
      spec: { type: "LoadBalancer", ports: [{ name: "https", port: 443, protocol: "TCP" }] },
    });
    await waitFor(kube, Service, name, (service) => addressOf(service) !== undefined, {
      namespace: name,
      timeoutMs: patienceMs,
      signal,
    }).catch(() => signal.throwIfAborted());
    const service = await kube.get(Service, name, name);
    return service && addressOf(service);
  } finally {
    // In this order: a namespace that goes would hide a cloud's trouble with giving its load balancer back.
    await kube.delete(Service, name, name);
    await waitForGone(kube, Service, name, { namespace: name, timeoutMs: 60_000 });
    await kube.delete(Namespace, name);
  }
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
