import { localNamespace } from "../management-cluster/addons/namespace.ts";

/** The ConfigMap of a management cluster that says which records of the base domain are its own. */
export const dnsRecords = { name: "dns-records", namespace: localNamespace };
