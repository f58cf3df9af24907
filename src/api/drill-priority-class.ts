/** The PriorityClass of all pods of drills: they take no pod's place, and give theirs to any control plane that lives. */
export const drillPriorityClass = "hypershift-drill";
