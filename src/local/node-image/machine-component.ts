/** The name in a release of the image of the local environment's machines. */
export const machineComponent = "local-machine";
