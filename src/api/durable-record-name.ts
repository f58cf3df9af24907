/** The ConfigMap of a control plane's namespace that says what this control plane has once been. */
export const durableRecordName = "durable-record";
