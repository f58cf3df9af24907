import type { Deployment } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";
import { configAnnotation } from "../node-agent.ts";
import { config } from "./config.ts";

const labels = { "k8s-app": "kube-dns" };

/** Two CoreDNS, on two nodes where there are two. */
export function deployment({ release }: Facts): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "coredns", namespace: "kube-system", labels },
    spec: {
      replicas: 2,
      revisionHistoryLimit: 2,
      selector: { matchLabels: labels },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
      template: {
        metadata: { labels, annotations: configAnnotation(config().data) },
        spec: {
          serviceAccountName: "coredns",
          priorityClassName: "system-cluster-critical",
          // The node's resolver: its own Service would lead back to itself.
          dnsPolicy: "Default",
          enableServiceLinks: false,
          nodeSelector: { "kubernetes.io/os": "linux" },
          tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "kubernetes.io/hostname",
              // Not on the first node that is ready, but on two as soon as two are there. There is no disruption budget
              // that would do the same while nodes are drained: the last node of a cluster could never go.
              whenUnsatisfiable: "DoNotSchedule",
              labelSelector: { matchLabels: labels },
            },
          ],
          securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: "coredns",
              image: release.image("coredns"),
              command: ["coredns", "-conf", "/etc/coredns/Corefile"],
              ports: [
                { name: "dns", containerPort: 5353, protocol: "UDP" },
                { name: "dns-tcp", containerPort: 5353, protocol: "TCP" },
                { name: "metrics", containerPort: 9153, protocol: "TCP" },
              ],
              readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 3 },
              livenessProbe: { httpGet: { path: "/health", port: 8080 }, initialDelaySeconds: 60, failureThreshold: 5 },
              resources: { requests: { cpu: "50m", memory: "70Mi" }, limits: { memory: "170Mi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
            },
          ],
          volumes: [{ name: "config", configMap: { name: "coredns" } }],
        },
      },
    },
  };
}
