import { type ConditionUpdate, findCondition, HostedControlPlane, isTrue } from "../../api/index.ts";
import { type Controller, watches } from "../../kube/controller.ts";
import { ConfigMap, DaemonSet, Pod, Secret } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import { endOf } from "../../pki/certificate.ts";
import { certificatesIn } from "../../pki/certificates-in.ts";
import { managedLabels } from "../component.ts";
import { configAnnotation } from "../node-agent.ts";
import type { GuestOptions } from "../options.ts";
import { nodeAuthoritiesIn } from "../read-facts.ts";
import { state } from "../state.ts";
import { configMap } from "./config-map.ts";

const type = "NodesTrustAuthorities";
const name = "node-authorities";
/** What nodes trust. */
const signers = ["root-ca", "kube-apiserver-to-kubelet-signer"];
/** Where what they are to trust now is. */
const bundles = ["root-ca", "kubelet-client-ca"];
/** Names of nodes in a message. */
const mostNames = 5;

/**
 * Says, from the first rotation of an authority that nodes trust, whether each node trusts the present one. Those that
 * do not are cut off when the former one ends, years later.
 */
export function nodeTrust({ guest, namespace }: GuestOptions): Controller<HostedControlPlane> {
  const everything = () => undefined;
  return {
    name: "node-trust",
    kind: HostedControlPlane,
    namespace,
    watches: [
      watches({ kube: guest, kind: DaemonSet, labels: managedLabels, keysOf: everything }),
      watches({
        kind: Secret,
        namespace,
        keep: true,
        keysOf: ({ metadata }) => (signers.includes(metadata?.name ?? "") ? undefined : []),
      }),
      watches({
        kind: ConfigMap,
        namespace,
        keep: true,
        keysOf: ({ metadata }) => (bundles.includes(metadata?.name ?? "") ? undefined : []),
      }),
    ],
    async reconcile(hostedControlPlane, { kube: management, now }) {
      const secrets = await Promise.all(signers.map((signer) => management.get(Secret, signer, namespace)));
      const bridges = secrets.flatMap((secret) => certificatesIn(textOf(secret, "bridge-ca.crt") ?? ""));
      const ends = bridges.map(endOf).filter((end) => end > now());
      if (ends.length === 0 && !findCondition(hostedControlPlane.status?.conditions, type)) return;
      const [daemonSet, pods, ...configMaps] = await Promise.all([
        guest.get(DaemonSet, name, "kube-system"),
        guest.list(Pod, { namespace: "kube-system", labels: { app: name }, pick: podFacts }),
        ...bundles.map((bundle) => management.get(ConfigMap, bundle, namespace)),
      ]);
      const wanted = configMap({ nodeAuthorities: nodeAuthoritiesIn(...configMaps) })?.data;
      state(hostedControlPlane, { type, ...nodesTrust({ ends, wanted, daemonSet, pods }) }, now());
    },
  };
}

interface Found {
  /** When former authorities end that a node may still depend on. */
  ends: readonly Date[];
  /** The present authorities, as nodes are to get them. */
  wanted: unknown;
  daemonSet: DaemonSet | undefined;
  pods: readonly Pod[];
}

/** Whether the present authorities are on every node, and otherwise on which they are not. */
export function nodesTrust({ ends, wanted, daemonSet, pods }: Found): Omit<ConditionUpdate, "type"> {
  const { observedGeneration = 0, desiredNumberScheduled = 0, numberReady = 0 } = daemonSet?.status ?? {};
  const [end] = [...ends].sort((a, b) => a.getTime() - b.getTime());
  const isSeen =
    isMadeOf(daemonSet?.spec?.template, wanted) && observedGeneration >= (daemonSet?.metadata?.generation ?? 0);
  const counted = isSeen ? Math.min(daemonSet?.status?.updatedNumberScheduled ?? 0, numberReady) : 0;
  if (!end || (isSeen && counted >= desiredNumberScheduled)) return { status: "True", reason: "AsExpected" };
  const without = pods
    .filter((pod) => !isMadeOf(pod, wanted) || !isTrue(pod.status?.conditions, "Ready"))
    .flatMap(({ spec }) => spec?.nodeName ?? [])
    .sort();
  const written = Math.max(0, Math.min(counted, desiredNumberScheduled - without.length));
  const message = `The present authorities are on ${written} of ${desiredNumberScheduled} nodes${listed(without)}; those without them are cut off on ${end.toISOString().slice(0, 10)}, when a former one ends: look at the pods of the DaemonSet kube-system/${name} on them, or replace the nodes that have none that is ready`;
  return { status: "False", reason: "NodesOutdated", message };
}

/** Whether pods of it get, or a pod got, just this. */
function isMadeOf(made: Pick<Pod, "metadata"> | undefined, wanted: unknown): boolean {
  if (wanted === undefined) return false;
  return Object.entries(configAnnotation(wanted)).every(([key, hash]) => made?.metadata?.annotations?.[key] === hash);
}

function listed(nodes: readonly string[]): string {
  if (nodes.length === 0) return "";
  const more = nodes.length > mostNames ? ` and ${nodes.length - mostNames} more` : "";
  return `, not on ${nodes.slice(0, mostNames).join(", ")}${more}`;
}

/** What is needed of a pod, in whose text the cluster's administrators are free. */
function podFacts({ metadata = {}, spec, status }: Pod): Pod {
  const { name: podName, namespace, uid, resourceVersion, annotations = {} } = metadata;
  const hashes = Object.keys(configAnnotation("")).flatMap((key) =>
    key in annotations ? [[key, annotations[key]]] : [],
  );
  return {
    metadata: { name: podName, namespace, uid, resourceVersion, annotations: Object.fromEntries(hashes) },
    spec: { containers: [], nodeName: spec?.nodeName },
    status: { conditions: status?.conditions?.filter(({ type: each }) => each === "Ready").slice(0, 1) },
  };
}
