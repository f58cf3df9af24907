/** Whose fields these are in the hosted cluster. What others write into them is overruled. */
export const fieldManager = "control-plane-operator";
