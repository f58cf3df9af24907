/** What of a control plane is tuned by annotations `hypershift.openshift.io/<name>`, and holds for a drill as well. */
const names = [
  "default-security-context-uid",
  "kube-apiserver-goaway-chance",
  "kube-apiserver-gogc",
  "kube-apiserver-gomemlimit",
  "kube-apiserver-max-mutating-requests-inflight",
  "kube-apiserver-max-requests-inflight",
  "kube-apiserver-service-account-token-max-expiration",
  "kube-apiserver-verbosity-level",
].map((name) => `hypershift.openshift.io/${name}`);
const requests = "resource-request-override.hypershift.openshift.io/";

/** Of a recorded HostedControlPlane's annotations those by which its programs run as they do in the live cluster. */
export function keptAnnotations(recorded: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(recorded).filter(([key]) => names.includes(key) || key.startsWith(requests)),
  );
}
