import { Agent } from "../../api/agent.ts";
import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { type ConsentFacts, hostConsent } from "../../api/host-consent.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { isAlreadyExists } from "../../kube/api-error.ts";
import { Namespace } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { hostConsentProblem } from "../../platforms/agent/host-consent.ts";
import type { LookOptions } from "./look-at-objects.ts";
import { Refused } from "./refused.ts";
import { madeByAnnotation } from "./remade.ts";

/** Sees that the cluster may have its hosts here; throws `Refused` where their owner has to say so first. */
export async function checkHostNamespaces(options: LookOptions): Promise<void> {
  const facts = consentFacts(options);
  if (!facts) return;
  const { present, problem } = await consentOf(options, facts);
  if (present && problem && !mayConsent(options, facts, present)) throw new Refused(problem);
}

/**
 * Makes the namespaces of a cluster's hosts that are not there: no backup has them, because they are no cluster's. With
 * one that it makes, and with the cluster's own, a restore gives the cluster the right to the hosts that it had.
 */
export async function ensureHostNamespaces(options: LookOptions): Promise<void> {
  const facts = consentFacts(options);
  const agents = options.objects.filter(({ facts: { kind } }) => kind === Agent.kind);
  const names = new Set([...agents.map((each) => each.facts.namespace), facts?.namespace]);
  for (const name of names) {
    if (name) await ensure(options, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  if (!facts || !(await consentOf(options, facts)).problem) return;
  await checkHostNamespaces(options);
  for (const each of hostConsent(facts)) await ensure(options, each);
}

function consentFacts({ objects }: LookOptions): ConsentFacts | undefined {
  const cluster = objects.find(({ facts }) => facts.kind === HostedCluster.kind)?.object as HostedCluster | undefined;
  const namespace = cluster?.spec.platform.agent?.agentNamespace;
  return namespace ? { namespace, controlPlane: controlPlaneNamespace(cluster) } : undefined;
}

async function consentOf({ kube, signal }: LookOptions, facts: ConsentFacts) {
  const present = await kube.get(Namespace, facts.namespace, undefined, { live: true, signal });
  return { present, problem: await hostConsentProblem(kube, facts) };
}

/** Nobody else's hosts are given away. */
function mayConsent({ objects, madeBy }: LookOptions, { namespace }: ConsentFacts, { metadata }: Namespace): boolean {
  const own = objects.find(({ facts }) => facts.kind === HostedCluster.kind)?.facts.namespace;
  return namespace === own || metadata?.annotations?.[madeByAnnotation] === madeBy;
}

async function ensure({ kube, signal, madeBy }: LookOptions, object: Resource): Promise<void> {
  const metadata = { ...object.metadata, annotations: { [madeByAnnotation]: madeBy } };
  await kube.create({ ...object, metadata }, { signal }).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
}
