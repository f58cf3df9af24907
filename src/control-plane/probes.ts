/**
 * What the kubelet asks a program that answers nobody else: every second until it has started, for two minutes, and
 * seldom from then on, because each question is a TLS handshake for both of them.
 */
export function probes({ live, ready, port }: { live: string; ready: string; port: number }) {
  const ask = (path: string) => ({ httpGet: { scheme: "HTTPS", path, port }, timeoutSeconds: 10 });
  return {
    startupProbe: { ...ask(live), periodSeconds: 1, failureThreshold: 120 },
    readinessProbe: { ...ask(ready), periodSeconds: 15 },
    livenessProbe: { ...ask(live), periodSeconds: 30 },
  };
}
