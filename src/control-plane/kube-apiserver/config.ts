import type { ConfigMap } from "../../kube/kinds.ts";
import type { ControlPlane } from "../control-plane.ts";
import { auditPolicy } from "./audit-policy.ts";
import { configName, expectsAgents } from "./files.ts";
import { probePolicy } from "./probe-policy.ts";

/** The files that kube-apiserver is configured with. JSON is YAML too. */
export function config(plane: ControlPlane): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: configName },
    data: {
      "audit-policy.json": json(auditPolicy(plane)),
      "egress-selector.json": json(egressSelector),
      "probe-policy.jsonl": probePolicy(),
      [expectsAgents]: String(agentsToAwait(plane)),
    },
  };
}

/** One that is about to be replaced is not enough, where there is another. */
function agentsToAwait({ nodes }: ControlPlane): number {
  return Math.min(nodes, 2);
}

const direct = { connection: { proxyProtocol: "Direct" } };

/** Traffic to nodes, pods and Services goes through konnectivity; etcd and the control plane are next door. */
const egressSelector = {
  apiVersion: "apiserver.k8s.io/v1beta1",
  kind: "EgressSelectorConfiguration",
  egressSelections: [
    { name: "controlplane", ...direct },
    { name: "etcd", ...direct },
    {
      name: "cluster",
      connection: {
        proxyProtocol: "HTTPConnect",
        transport: { uds: { udsName: "/run/konnectivity/konnectivity.sock" } },
      },
    },
  ],
};

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
