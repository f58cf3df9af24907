/** Where the pod's one volume of certificates and keys is mounted. */
export const certificatesPath = "/etc/kubernetes/certificates";
/** What the API server shows kubelets, as it was when the container started: see `deployment`. */
export const kubeletClientPath = "/etc/kubernetes/kubelet-client";
/** Where its configuration files are. */
export const configPath = "/etc/kubernetes/config";
/** The ConfigMap and the Secret that the component renders. */
export const configName = "kube-apiserver-config";
export const encryptionName = "kube-apiserver-encryption";
/** In that ConfigMap: how many agents of nodes a server that starts waits for. */
export const expectsAgents = "expects-agents";
