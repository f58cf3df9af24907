import type { Component } from "../component.ts";

const names = ["openshift-config", "openshift-config-managed"];

/** The namespaces in which users of OpenShift look for configuration. */
export const namespaces: Component = {
  name: "namespaces",
  manifests: names.map((name) => () => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
};
