import { HostedControlPlane } from "../api/index.ts";
import { type Context, type Controller, type Wait, wait, watches } from "../kube/controller.ts";
import { recordEvent } from "../kube/events.ts";
import type { Kind } from "../kube/kind.ts";
import { ConfigMap, DaemonSet, Deployment, Node, Secret, Service } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";
import { sentenceOf } from "../kube/log.ts";
import type { Resource } from "../kube/resource.ts";
import { pruner } from "../rendering/pruner.ts";
import { type Component, componentOf, managedLabels, render } from "./component.ts";
import { components } from "./components.ts";
import { configApiVersion, configKinds } from "./config-api/config-kinds.ts";
import type { Facts } from "./facts.ts";
import { fieldManager } from "./field-manager.ts";
import { mergedPullSecret } from "./global-pull-secret/merged-pull-secret.ts";
import { lagsBehind } from "./lags-behind.ts";
import { nodeFacts } from "./node-facts.ts";
import type { GuestOptions } from "./options.ts";
import { putBack } from "./put-back.ts";
import { readFacts } from "./read-facts.ts";
import { prunedKinds, renderedKinds } from "./rendered-kinds.ts";
import { state } from "./state.ts";
import { unlessPaused } from "./unless-paused.ts";
import { proxyTrustBundleName } from "./user-ca-bundle/component.ts";

/**
 * Renders all components, applies what came out in the hosted cluster, and deletes what came out before and no longer
 * does. Runs whenever one of the facts or one of the objects changes.
 */
export function componentsLoop(options: GuestOptions): Controller<HostedControlPlane> {
  const { guest, namespace } = options;
  const everything = () => undefined;
  const prune = pruner();
  // What is wrong with kube-system/additional-pull-secret.
  let problem: string | undefined;

  async function reconcile(hostedControlPlane: HostedControlPlane, context: Context): Promise<Wait | undefined> {
    const { kube: management, on } = context;
    const facts = await readFacts({ ...options, management, guest: on(guest) }, hostedControlPlane);
    const before = problem;
    problem = pullSecretProblem(facts);
    if (problem && problem !== before) await tellUsers(guest, problem, context);
    const ready = components.filter((component) => component.canRender?.(facts) !== false);
    const { rendered, failures, outcome } = await applyAll(ready, facts, context.on(guest));
    if (outcome) return outcome;
    if (failures.length > 0) throw new Error(`Could not bring the hosted cluster up to date: ${failures.join("; ")}`);
    const waiting = components.filter((component) => !ready.includes(component)).map(({ name }) => name);
    const isOurs = (object: Resource) => !waiting.includes(componentOf(object) ?? "") && isApplied(object);
    await prune({ kube: guest, kinds: prunedKinds, within: { labels: managedLabels }, isOurs, rendered });
  }

  async function keepNodes(hostedControlPlane: HostedControlPlane, context: Context): Promise<void> {
    const facts = await readFacts(options, hostedControlPlane);
    const ready = components.filter((each) => each.keepsNodes && each.canRender?.(facts) !== false);
    const kube = context.on(guest);
    for (const component of ready) {
      const objects = render(component, facts);
      if (await areBehind(kube, objects)) for (const object of objects) await applyWhole(kube, object);
    }
  }

  return {
    name: "hosted-cluster-components",
    kind: HostedControlPlane,
    namespace,
    watches: [
      watches({ kind: Service, namespace, keep: true, keysOf: everything }),
      watches({
        kind: Secret,
        namespace,
        keep: true,
        keysOf: ({ metadata }) => (isSource(metadata?.name) ? undefined : []),
      }),
      watches({
        kind: ConfigMap,
        namespace,
        keep: true,
        keysOf: ({ metadata }) => (sourceConfigMaps.includes(metadata?.name ?? "") ? undefined : []),
      }),
      watches({
        kube: guest,
        kind: Secret,
        namespace: "kube-system",
        keep: "bounded",
        keysOf: ({ metadata }) => (metadata?.name === "additional-pull-secret" ? undefined : []),
      }),
      // How many there are is read; that this changed comes with the HostedControlPlane's nodeCount.
      watches({ kube: guest, kind: Node, pick: nodeFacts, keep: true, keysOf: () => [] }),
      ...renderedKinds.map((kind) =>
        watches({ kube: guest, kind, labels: managedLabels, keep: keeps(kind), keysOf: everything }),
      ),
    ],
    reconcile: unlessPaused(reconcile, keepNodes),
    summarize(hostedControlPlane, { error, wait: waiting }, { now }) {
      if (waiting) return;
      const failure = (reason: string, message: string) => ({ status: "False" as const, reason, message });
      const update = error
        ? failure("ReconciliationError", sentenceOf(error))
        : problem
          ? failure("InvalidConfiguration", problem)
          : { status: "True" as const, reason: "AsExpected" };
      state(hostedControlPlane, { type: "ConfigOperatorReconciliationSucceeded", ...update }, now());
    },
  };
}

/** What says all the time how many pods it has: none of that is a reason to apply it again. */
const keeps = (kind: Kind) => (([DaemonSet, Deployment] as Kind[]).includes(kind) ? "bounded" : undefined);

const sourceConfigMaps = ["user-ca-bundle", proxyTrustBundleName, "root-ca", "kubelet-client-ca"];

interface Applied {
  rendered: Resource[];
  failures: string[];
  outcome?: Wait;
}

/** Goes on after a failure: what does not work in one component must not hold up the others. */
async function applyAll(ready: readonly Component[], facts: Facts, kube: Kube): Promise<Applied> {
  const rendered: Resource[] = [];
  const failures: string[] = [];
  for (const component of ready) {
    try {
      const objects = render(component, facts);
      for (const object of objects) await applyWhole(kube, object);
      rendered.push(...objects);
    } catch (error) {
      failures.push(`${component.name}: ${sentenceOf(error)}`);
    }
    if (component.name === "config-api" && !(await servesConfig(kube))) {
      const outcome = wait(
        "WaitingForCustomResources",
        "The hosted API server does not serve all of config.openshift.io yet",
        300,
      );
      return { rendered, failures, outcome };
    }
  }
  return { rendered, failures };
}

/** Applies an object, and its status where it was rendered with one. */
async function applyWhole(kube: Kube, object: Resource & { status?: object }): Promise<void> {
  const { status, ...rest } = object;
  const isGuarded = object.apiVersion === configApiVersion;
  const applied = await kube.apply(rest, { fieldManager });
  if (isGuarded) await putBack(kube, object, applied, "spec");
  if (!status) return;
  const reported = await kube.apply(object, { fieldManager, subresource: "status" });
  if (isGuarded) await putBack(kube, object, reported, "status");
}

/** Whether one of these objects, which is there, does not bring its pods what they are to have. */
async function areBehind(kube: Kube, objects: readonly Resource[]): Promise<boolean> {
  for (const object of objects.filter((each) => each.kind === "DaemonSet")) {
    const present = await kube.get(DaemonSet, object.metadata?.name ?? "", object.metadata?.namespace);
    if (present && lagsBehind(present, object as DaemonSet)) return true;
  }
  return false;
}

async function servesConfig(kube: Kube): Promise<boolean> {
  const served = await Promise.all(configKinds.map(({ kind }) => kube.kindOf(configApiVersion, kind)));
  return served.every((kind) => kind !== undefined);
}

/** Copies that somebody made of our objects are not ours. */
function isApplied({ metadata }: Resource): boolean {
  return (
    metadata?.managedFields?.some(({ manager, operation }) => manager === fieldManager && operation === "Apply") ??
    false
  );
}

function isSource(secret: string | undefined): boolean {
  return secret === "konnectivity-agent" || secret === "pull-secret";
}

function pullSecretProblem({ pullSecret, additionalPullSecret }: Facts): string | undefined {
  return pullSecret === undefined ? undefined : mergedPullSecret(pullSecret, additionalPullSecret).problem;
}

/** The cluster's users made the Secret and do not see the HostedCluster: an Event tells them. */
async function tellUsers(guest: Kube, message: string, { log, now }: Context): Promise<void> {
  log.warn({ problem: message }, "additional pull secret not used");
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "additional-pull-secret", namespace: "kube-system" },
  };
  const happening = { type: "Warning" as const, reason: "InvalidPullSecret", message };
  await recordEvent({ kube: guest, log, component: fieldManager, now }, secret, happening);
}
