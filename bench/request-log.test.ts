import { expect, test } from "vitest";
import { requestsIn } from "./request-log.ts";

const line = (verb: string, uri: string, userAgent: string) =>
  `I1122 04:00:00.000000       1 httplog.go:134] "HTTP" verb="${verb}" URI="${uri}" latency="1.2ms" userAgent="${userAgent}" audit-ID="1" srcIP="10.0.0.1:1" apf_pl="global-default" resp=200`;

test("each line of a request tells who asked for what", () => {
  const agent = "kube-controller-manager/v1.34.4 (linux/amd64) kubernetes/$Format";
  const log = [
    "I1122 04:00:00.000000       1 controller.go:615] quota admission added evaluator for: pods",
    line(
      "APPLY",
      "/api/v1/namespaces/a-b/secrets/etcd-client-tls?fieldManager=x&force=true",
      "roost/control-plane-operator",
    ),
    line("LIST", "/api/v1/namespaces/a-b/configmaps?limit=500", "kubelet/v1.34.4 (linux/amd64) kubernetes/$Format"),
    line(
      "PATCH",
      "/apis/apps/v1/namespaces/a-b/deployments/a/status",
      `${agent}/system:serviceaccount:kube-system:deployment-controller`,
    ),
    line("GET", "/api/v1/namespaces/a-b", `${agent}/namespace-controller`),
    line("GET", "/readyz", "kube-probe/1.34"),
  ];
  expect(requestsIn(log.join("\n")).map(({ client, verb, resource }) => `${client}: ${verb} ${resource}`)).toEqual([
    "control-plane-operator: APPLY secrets",
    "kubelet: LIST configmaps",
    "kube-controller-manager deployment-controller: PATCH deployments/status",
    "kube-controller-manager namespace-controller: GET namespaces",
    "kube-probe: GET /readyz",
  ]);
});
