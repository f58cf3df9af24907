import { InfraEnv } from "../../api/infra-env.ts";
import { operatorNamespace } from "../../api/operator-namespace.ts";
import { ConfigMap } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { until } from "../until.ts";
import type { Discovery } from "./discovery-config.ts";

/** `namespace/name` of the InfraEnv that is meant: the one named, or the only one there is. */
export async function findInfraEnv(kube: Kube, asked: string | undefined): Promise<string> {
  const keys = (await kube.list(InfraEnv)).map(keyOf);
  const found = asked === undefined && keys.length === 1 ? keys[0] : keys.find((key) => key === asked);
  if (found) return found;
  const there = keys.length === 0 ? "there is none" : `there are ${keys.join(", ")}`;
  throw new Error(
    asked === undefined
      ? `A host boots from an InfraEnv, and ${there} at ${kube.server}; name one with --infra-env NAMESPACE/NAME.`
      : `There is no InfraEnv ${asked} at ${kube.server}; ${there}.`,
  );
}

/** Where hosts of the InfraEnv (`namespace/name`) boot from; waits until the operator says so. */
export async function findDiscovery(kube: Kube, infraEnv: string, signal?: AbortSignal): Promise<Discovery> {
  const [namespace, name = ""] = infraEnv.split("/");
  let url: string | undefined;
  let ca: string | undefined;
  const look = async () => {
    const found = await kube.get(InfraEnv, name, namespace);
    url = found?.status?.bootArtifacts?.discoveryIgnitionURL;
    const operator = await operatorNamespace(kube);
    ca = operator && (await kube.get(ConfigMap, "agent-registration-ca", operator))?.data?.["ca.crt"];
    return Boolean(url && ca);
  };
  await until(`the InfraEnv ${infraEnv} says where its hosts boot from (does the operator run?)`, look, { signal });
  return { url: url ?? "", ca: ca ?? "" };
}

function keyOf({ metadata }: Resource): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}
