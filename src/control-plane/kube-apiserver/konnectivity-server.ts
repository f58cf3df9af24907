import type { Pod } from "../../kube/kinds.ts";
import { type ControlPlane, countOf } from "../control-plane.ts";
import { startScript } from "./start-script.ts";

type Container = NonNullable<Pod["spec"]>["containers"][number];

const certificates = "/etc/konnectivity/certificates";
const socket = "/run/konnectivity/konnectivity.sock";
const others = { host: "kube-apiserver", port: 6443 };

/** The server end of konnectivity: nodes' agents dial in, and the API server reaches nodes through them. */
export function konnectivityServer(plane: ControlPlane): Container {
  return {
    name: "konnectivity-server",
    image: plane.release.image("apiserver-network-proxy"),
    command: ["proxy-server"],
    args: [
      "--mode=http-connect",
      `--uds-name=${socket}`,
      "--delete-existing-uds-file=true",
      "--server-port=0",
      "--agent-port=8091",
      "--admin-port=8093",
      "--health-port=2041",
      `--cluster-cert=${certificates}/server.crt`,
      `--cluster-key=${certificates}/server.key`,
      `--cluster-ca-cert=${certificates}/ca.crt`,
      // An agent dials until it has met this many servers.
      `--server-count=${countOf(plane, "serving")}`,
      "--server-id=$(POD_NAME)",
      "--proxy-strategies=destHost,defaultRoute",
      "--keepalive-time=30s",
      "--frontend-keepalive-time=30s",
      // Its own default, 4, writes a line for every packet.
      "--v=1",
    ],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "GOGC", value: "40" },
    ],
    ports: [{ name: "konnectivity", containerPort: 8091 }],
    startupProbe: {
      exec: { command: ["sh", "-c", startScript({ folder: certificates, socket, others })] },
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: 300,
    },
    livenessProbe: {
      httpGet: { path: "/healthz", port: 2041 },
      periodSeconds: 30,
      timeoutSeconds: 10,
      failureThreshold: 3,
    },
    // Ends after the API server, whose last requests still go through it.
    lifecycle: { preStop: { sleep: { seconds: 15 } } } as Container["lifecycle"],
    resources: { requests: { cpu: "5m", memory: "20Mi" } },
    volumeMounts: [
      { name: "konnectivity", mountPath: "/run/konnectivity" },
      { name: "konnectivity-certificates", mountPath: certificates, readOnly: true },
    ],
  };
}
