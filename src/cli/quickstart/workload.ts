import type { Deployment, Pod, Service } from "../../kube/kinds.ts";

const namespace = "default";
const labels = { app: "hello" };

/** Two web servers that never share a worker: what the quick start runs in the new cluster. */
export function helloDeployment(image: string): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "hello", namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { labelSelector: { matchLabels: labels }, topologyKey: "kubernetes.io/hostname" },
              ],
            },
          },
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: "hello",
              image,
              command: [
                "sh",
                "-c",
                'mkdir -p /tmp/www && echo "hello from $NODE" > /tmp/www/index.html && echo "serving on $NODE" && exec httpd -f -p 8080 -h /tmp/www',
              ],
              env: [{ name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
              ports: [{ containerPort: 8080 }],
              readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  };
}

/** The Service in front of both. */
export function helloService(): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "hello", namespace },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  };
}

/** A pod that does nothing, to look at the Service from the inside of the cluster. */
export function visitorPod(image: string): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "visitor", namespace },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [
        { name: "visitor", image, command: ["sh", "-c", "trap exit TERM; while :; do sleep 3600 & wait $!; done"] },
      ],
    },
  };
}
