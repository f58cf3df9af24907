/** Where a program of ours in a pod serves its health. */
const port = 8081;

/** The flag that lets a program serve its health where `healthProbes` look for it. */
export const healthFlag = `--health-port=${port}`;

/** The port of a container that was given `healthFlag`, under the name that NetworkPolicies let monitoring in by. */
export const healthPorts = [{ name: "metrics", containerPort: port }];

/**
 * What the kubelet asks a container of ours that was given `healthFlag`. Seldom, for each question costs both of them;
 * but often at the start, for a pod is asked whether it is ready as soon as it has started.
 */
export const healthProbes = {
  startupProbe: { ...ask("/healthz"), periodSeconds: 2, failureThreshold: 60 },
  livenessProbe: { ...ask("/healthz"), periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 3 },
  readinessProbe: { ...ask("/readyz"), periodSeconds: 10, timeoutSeconds: 5 },
};

function ask(path: string) {
  return { httpGet: { path, port } };
}
