/** On everything in the management cluster that belongs to one hosted cluster: its key with a dash, as labels allow no slash. */
export const controlPlaneLabel = "hypershift.openshift.io/hosted-control-plane";
