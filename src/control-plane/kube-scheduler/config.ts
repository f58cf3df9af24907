import type { ConfigMap } from "../../kube/kinds.ts";
import type { ControlPlane } from "../control-plane.ts";
import { configName, filesPath } from "./files.ts";

/** The scheduler's configuration, with the profile that `spec.configuration.scheduler` asks for. */
export function config(plane: ControlPlane): ConfigMap {
  const configuration = {
    apiVersion: "kubescheduler.config.k8s.io/v1",
    kind: "KubeSchedulerConfiguration",
    clientConnection: { kubeconfig: `${filesPath}/kubeconfig` },
    // A single replica, too: on a node that is cut off the old one goes on placing pods while its successor runs. Each
    // renewal is a write into the hosted etcd.
    leaderElection: { leaderElect: true, leaseDuration: "30s", renewDeadline: "20s", retryPeriod: "8s" },
    enableProfiling: false,
    profiles: [profile(plane)],
  };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: configName },
    data: { "config.json": `${JSON.stringify(configuration, undefined, 2)}\n` },
  };
}

/** OpenShift's names: spread pods (the default), pack them, or do not rank nodes at all. */
function profile({ spec }: ControlPlane): object {
  const schedulerName = "default-scheduler";
  switch (spec.configuration?.scheduler?.profile) {
    case "HighNodeUtilization":
      return {
        schedulerName,
        plugins: {
          score: {
            disabled: [{ name: "NodeResourcesBalancedAllocation" }],
            enabled: [{ name: "NodeResourcesFit", weight: 5 }],
          },
        },
        pluginConfig: [
          {
            name: "NodeResourcesFit",
            args: {
              scoringStrategy: {
                type: "MostAllocated",
                resources: [
                  { name: "cpu", weight: 1 },
                  { name: "memory", weight: 1 },
                ],
              },
            },
          },
        ],
      };
    case "NoScoring":
      return {
        schedulerName,
        plugins: { preScore: { disabled: [{ name: "*" }] }, score: { disabled: [{ name: "*" }] } },
      };
    default:
      return { schedulerName };
  }
}
