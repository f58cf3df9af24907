import { countOf } from "../../control-plane/control-plane.ts";
import type { DaemonSet } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";
import { nodeAgent } from "../node-agent.ts";
import { lookSeconds } from "./look-seconds.ts";
import { secret } from "./secret.ts";
import { startScript } from "./start-script.ts";

/** Of three servers one is given up before another one is made in its place: who has met three has met all. */
const looksWhileItLacksOne = (facts: Facts) => [
  `--sync-interval=${lookSeconds(facts.nodesReady + facts.nodesNotReady, facts.agentsLookEvery)}s`,
];
/** A single one is given up once another one works beside it, which only those meet who go on looking. */
const looksForEver = ["--sync-interval=5s", "--sync-forever=true"];

/** The agent on every node. It needs nothing of the pod network, so that logs can be read while that is broken. */
export function daemonSet(facts: Facts): DaemonSet | undefined {
  const { konnectivity } = facts.endpoints;
  if (!konnectivity) return;
  const servers = countOf(facts, "serving");
  return nodeAgent(facts, {
    name: "konnectivity-agent",
    // Longer than a server that ends keeps its agents: one of those that were met may have been about to.
    minReadySeconds: 20,
    config: secret(facts)?.data,
    restartedAt: facts.agentsRestartedAt,
    // The former goes on until the new one has met every server: one that lacks agents fails logs, exec and webhooks.
    pod: (loopback) => ({
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65534,
        fsGroup: 65534,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: "konnectivity-agent",
          image: facts.release.image("apiserver-network-proxy"),
          command: [
            "proxy-agent",
            "--logtostderr=true",
            "--v=1",
            "--ca-cert=/etc/konnectivity/ca.crt",
            "--agent-cert=/etc/konnectivity/tls.crt",
            "--agent-key=/etc/konnectivity/tls.key",
            `--proxy-server-host=${konnectivity.host}`,
            `--proxy-server-port=${konnectivity.port}`,
            // A kubelet is reached through the agent beside it; all else through any agent.
            "--agent-identifiers=host=$(HOST_IP)&default-route=true",
            ...(servers > 1 ? looksWhileItLacksOne(facts) : looksForEver),
            "--sync-interval-cap=10s",
            "--keepalive-time=30s",
            `--health-server-host=${loopback}`,
            "--health-server-port=2041",
            `--admin-bind-address=${loopback}`,
            "--admin-server-port=2042",
          ],
          env: [{ name: "HOST_IP", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } }],
          startupProbe: {
            exec: { command: ["sh", "-c", startScript({ loopback, servers })] },
            periodSeconds: 2,
            timeoutSeconds: 5,
            failureThreshold: 150,
          },
          readinessProbe: {
            httpGet: { host: loopback, path: "/readyz", port: 2041 },
            periodSeconds: 10,
            timeoutSeconds: 5,
          },
          livenessProbe: {
            httpGet: { host: loopback, path: "/healthz", port: 2041 },
            initialDelaySeconds: 30,
            periodSeconds: 30,
            timeoutSeconds: 5,
          },
          resources: { requests: { cpu: "10m", memory: "30Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          volumeMounts: [{ name: "credentials", mountPath: "/etc/konnectivity", readOnly: true }],
        },
      ],
      volumes: [{ name: "credentials", secret: { secretName: "konnectivity-agent", defaultMode: 0o440 } }],
    }),
  });
}
