import { type ConditionUpdate, findCondition, HostedControlPlane } from "../../api/index.ts";
import { textOf } from "../../control-plane/text-of.ts";
import { type Controller, watches } from "../../kube/controller.ts";
import { DaemonSet, Secret } from "../../kube/kinds.ts";
import { endOf } from "../../pki/certificate.ts";
import { certificatesIn } from "../../pki/certificates-in.ts";
import { managedLabels } from "../component.ts";
import type { HostedClusterOptions } from "../options.ts";
import { state } from "../state.ts";

const type = "NodesTrustAuthorities";
const name = "node-authorities";
/** What nodes trust. */
const signers = ["root-ca", "kube-apiserver-to-kubelet-signer"];

/**
 * Says, from the first rotation of an authority that nodes trust, whether each node trusts the present one. Those that
 * do not are cut off when the former one ends, years later.
 */
export function nodeTrust({ management, guest, namespace }: HostedClusterOptions): Controller<HostedControlPlane> {
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
        keysOf: ({ metadata }) => (signers.includes(metadata?.name ?? "") ? undefined : []),
      }),
    ],
    async reconcile(hostedControlPlane, { now }) {
      const [daemonSet, ...secrets] = await Promise.all([
        guest.get(DaemonSet, name, "kube-system"),
        ...signers.map((signer) => management.get(Secret, signer, namespace)),
      ]);
      const bridges = secrets.flatMap((secret) => certificatesIn(textOf(secret, "bridge-ca.crt") ?? ""));
      const ends = bridges.map(endOf).filter((end) => end > now());
      if (ends.length === 0 && !findCondition(hostedControlPlane.status?.conditions, type)) return;
      state(hostedControlPlane, { type, ...nodesTrust(ends, daemonSet) }, now());
    },
  };
}

/** Whether the authorities are on every node; `ends` is when former ones end that a node may still depend on. */
export function nodesTrust(ends: readonly Date[], daemonSet: DaemonSet | undefined): Omit<ConditionUpdate, "type"> {
  const { observedGeneration = 0, desiredNumberScheduled = 0, numberReady = 0 } = daemonSet?.status ?? {};
  const isSeen = daemonSet !== undefined && observedGeneration >= (daemonSet.metadata?.generation ?? 0);
  const written = isSeen ? Math.min(daemonSet.status?.updatedNumberScheduled ?? 0, numberReady) : 0;
  const [end] = [...ends].sort((a, b) => a.getTime() - b.getTime());
  if (!end || (isSeen && written >= desiredNumberScheduled)) return { status: "True", reason: "AsExpected" };
  const message = `The present authorities are on ${written} of ${desiredNumberScheduled} nodes; the others are cut off on ${end.toISOString().slice(0, 10)}, when a former one ends: look at the pods of the DaemonSet kube-system/${name}, or replace the nodes that have none that is ready`;
  return { status: "False", reason: "NodesOutdated", message };
}
