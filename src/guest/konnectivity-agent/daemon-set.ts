import { isHighlyAvailable } from "../../control-plane/control-plane.ts";
import type { DaemonSet } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";
import { nodeAgent } from "../node-agent.ts";
import { secret } from "./secret.ts";

/** The agent on every node. It needs nothing of the pod network, so that logs can be read while that is broken. */
export function daemonSet(facts: Facts): DaemonSet | undefined {
  const { konnectivity } = facts.endpoints;
  if (!konnectivity) return;
  return nodeAgent(facts, {
    name: "konnectivity-agent",
    minReadySeconds: secondsToMeetServers(facts),
    config: secret(facts)?.data,
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
            "--sync-interval=5s",
            // An API server that starts waits for one of them, a little.
            "--sync-interval-cap=10s",
            "--sync-forever=true",
            "--keepalive-time=30s",
            `--health-server-host=${loopback}`,
            "--health-server-port=2041",
            `--admin-bind-address=${loopback}`,
            "--admin-server-port=2042",
          ],
          env: [{ name: "HOST_IP", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } }],
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

/**
 * How long an agent is given before the former one goes. Of several servers it meets one by chance every five seconds: after 20 s it knows all three in three cases
 * of five, after a minute in 98 of 100.
 */
function secondsToMeetServers(facts: Facts): number {
  return isHighlyAvailable(facts) ? 60 : 20;
}
