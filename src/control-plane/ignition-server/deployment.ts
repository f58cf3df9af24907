import type { Deployment } from "../../kube/kinds.ts";
import { type ControlPlane, replicasOf } from "../control-plane.ts";

const name = "ignition-server";
const tlsDirectory = "/etc/ignition-server/tls";
const port = 9090;

/** The program that serves the node configuration. */
export function deployment(plane: ControlPlane): Deployment {
  const { spec, namespace, release } = plane;
  const ask = (path: string) => ({ httpGet: { scheme: "HTTPS", path, port } });
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels: { app: name } },
    spec: {
      replicas: replicasOf(plane, "leading"),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { "hypershift.openshift.io/need-management-kas-access": "true" } },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: true,
          containers: [
            {
              name,
              image: release.image("roost"),
              args: [
                name,
                `--namespace=${namespace}`,
                `--pull-secret=${spec.pullSecret.name}`,
                ...(spec.sshKey?.name ? [`--ssh-key=${spec.sshKey.name}`] : []),
                ...(spec.additionalTrustBundle?.name
                  ? [`--additional-trust-bundle=${spec.additionalTrustBundle.name}`]
                  : []),
                `--tls-directory=${tlsDirectory}`,
                `--port=${port}`,
              ],
              ports: [{ name: "https", containerPort: port }],
              // Asked often at the start only: a pod is asked whether it is ready as soon as it has started.
              startupProbe: { ...ask("/healthz"), periodSeconds: 2, failureThreshold: 60 },
              livenessProbe: { ...ask("/healthz"), periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 4 },
              readinessProbe: { ...ask("/readyz"), periodSeconds: 10, timeoutSeconds: 5 },
              resources: { requests: { cpu: "10m", memory: "40Mi" } },
              volumeMounts: [
                { name: "serving-cert", mountPath: tlsDirectory, readOnly: true },
                { name: "tmp", mountPath: "/tmp" },
              ],
            },
          ],
          volumes: [
            { name: "serving-cert", secret: { secretName: "ignition-server", defaultMode: 0o440 } },
            { name: "tmp", emptyDir: {} },
          ],
        },
      },
    },
  };
}
