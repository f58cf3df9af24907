// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the shell's.

import type { ManualCommand } from "./command.ts";

/** Chapter 8.1, recovering an unhealthy etcd cluster. The manual's last command but one leaves the namespace to the context. */
export const recoverMember: ManualCommand[] = [
  {
    line: 641,
    run: "oc rsh -n ${hosted_control_plane_namespace} -c etcd ${etcd_pod_name}",
    typed: "etcdctl endpoint health --cluster -w table",
  },
  { line: 650, run: "oc get pods -l app=etcd -n ${hosted_control_plane_namespace}" },
  { line: 657, run: "oc delete pvc/${etcd_pvc_name} pod/${etcd_pod_name} --wait=false" },
  { line: 660, run: "oc get pods -l app=etcd -n ${hosted_control_plane_namespace}" },
];
