import { type Component, certificateOf } from "../component.ts";
import { disruptionBudget } from "../disruption-budget.ts";
import { config } from "./config.ts";
import { deployment } from "./deployment.ts";
import { encryption } from "./encryption.ts";
import { configName, expectsAgents } from "./files.ts";

/** The API of the hosted cluster. Its Service is one of the published ones. */
export const kubeApiserver: Component = {
  name: "kube-apiserver",
  needs: ["etcd"],
  waitsByItself: true,
  priority: "critical",
  // Its own, but what it shows kubelets; konnectivity-server beside it reads its files once.
  follows: [
    ...["kas-server-crt", "kas-aggregator-crt", "etcd-client-tls"].flatMap(certificateOf),
    "Secret/kas-aggregator-crt/ca.crt",
    "ConfigMap/client-ca/ca.crt",
    `ConfigMap/${configName}/${expectsAgents}`,
  ],
  manifests: [config, encryption, deployment, disruptionBudget("kube-apiserver")],
};
