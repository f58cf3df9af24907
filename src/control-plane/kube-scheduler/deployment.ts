import type { Deployment } from "../../kube/kinds.ts";
import { type ControlPlane, isHighlyAvailable, replicasOf } from "../control-plane.ts";
import { featureGates } from "../feature-gates.ts";
import { configFiles, filesVolume, secretFiles } from "../files.ts";
import { probes } from "../probes.ts";
import { configName, filesPath } from "./files.ts";

/** Places pods on the hosted cluster's nodes. */
export function deployment(plane: ControlPlane): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "kube-scheduler", labels: { app: "kube-scheduler" } },
    spec: {
      replicas: replicasOf(plane, "leading"),
      ...(!isHighlyAvailable(plane) && { strategy: { type: "Recreate" } }),
      selector: { matchLabels: { app: "kube-scheduler" } },
      template: {
        spec: {
          containers: [
            {
              name: "kube-scheduler",
              image: plane.release.image("kube-scheduler"),
              command: ["kube-scheduler"],
              args: [
                `--config=${filesPath}/config.json`,
                `--authentication-kubeconfig=${filesPath}/kubeconfig`,
                `--authorization-kubeconfig=${filesPath}/kubeconfig`,
                "--authentication-tolerate-lookup-failure=true",
                ...featureGates(plane),
              ],
              env: [{ name: "GOGC", value: "40" }],
              ports: [{ name: "https", containerPort: 10259 }],
              ...probes({ live: "/livez", ready: "/readyz", port: 10259 }),
              resources: { requests: { cpu: "3m", memory: "50Mi" } },
              volumeMounts: [{ name: "files", mountPath: filesPath, readOnly: true }],
            },
          ],
          volumes: [
            filesVolume(
              "files",
              configFiles(configName, { "config.json": "config.json" }),
              secretFiles("kube-scheduler-kubeconfig", {
                kubeconfig: "kubeconfig",
                "tls.crt": "tls.crt",
                "tls.key": "tls.key",
              }),
            ),
          ],
        },
      },
    },
  };
}
