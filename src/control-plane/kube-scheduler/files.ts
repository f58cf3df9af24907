/** Where the pod's files are mounted. */
export const filesPath = "/etc/kubernetes/files";
/** The ConfigMap that the component renders. */
export const configName = "kube-scheduler-config";
