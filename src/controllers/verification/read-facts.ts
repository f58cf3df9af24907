import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { keptTokenName } from "../../api/kept-token-name.ts";
import { memberHost, members } from "../../control-plane/etcd/members.ts";
import { EtcdClient, type EtcdClientOptions } from "../../etcd/etcd-client.ts";
import { accountUID } from "../../guest/kept-token/account-uid.ts";
import { issuedAtAnnotation } from "../../guest/kept-token/issued-at-annotation.ts";
import type { Context } from "../../kube/controller.ts";
import { createKube } from "../../kube/create-kube.ts";
import { execInPod } from "../../kube/exec-in-pod.ts";
import { Secret } from "../../kube/kinds.ts";
import { parseKubeconfig } from "../../kube/kubeconfig.ts";
import { textOf } from "../../kube/text-of.ts";
import type { GivenFacts } from "../../recovery/checks/run-checks.ts";
import { presentRecord } from "../hosted-control-plane/durable-record.ts";

export interface VerificationOptions {
  /** Where the control plane is. */
  namespace: string;
  /** Where the members of etcd are, where they are not where their names say. */
  addressOf?: EtcdClientOptions["addressOf"];
}

/** A hash of all data takes longer than other answers do. */
const etcdTimeoutMs = 30_000;

type Facts = Pick<GivenFacts, "etcd" | "hosted" | "keptToken">;

/** What there is to ask, with clients of its own, which `close` ends. */
export async function readFacts(
  { kube }: Pick<Context, "kube">,
  options: VerificationOptions,
): Promise<Facts & { close: () => void }> {
  const { namespace } = options;
  const [[hcp], secrets] = await Promise.all([
    kube.list(HostedControlPlane, { namespace }),
    kube.list(Secret, { namespace }),
  ]);
  if (!hcp) throw new Error(`Cannot verify the cluster: there is no HostedControlPlane in the namespace ${namespace}`);
  const secretOf = (name: string) => secrets.find(({ metadata }) => metadata?.name === name);
  const [etcd, hosted] = await Promise.all([
    etcdOf(kube, hcp, secretOf("etcd-client-tls"), options),
    hostedOf(textOf(secretOf("hcco-kubeconfig"), "kubeconfig")),
  ]);
  const kept = secretOf(keptTokenName);
  const token = textOf(kept, "token");
  const issuedAt = kept?.metadata?.annotations?.[issuedAtAnnotation] ?? "a time unknown";
  return {
    etcd,
    hosted,
    ...(token && { keptToken: { token, issuedAt, accountUID: accountUID(token) } }),
    close() {
      if ("client" in etcd) etcd.client.close();
      if ("kube" in hosted) hosted.kube.close();
    },
  };
}

async function etcdOf(
  kube: Context["kube"],
  hcp: HostedControlPlane,
  secret: Secret | undefined,
  { namespace, addressOf }: VerificationOptions,
): Promise<Facts["etcd"]> {
  if (hcp.spec.etcd.managementType !== "Managed") return { skipped: "etcd is run by somebody else" };
  const record = await presentRecord({ kube, namespace });
  const [ca = "", certificate = "", key = ""] = ["ca.crt", "tls.crt", "tls.key"].map((file) => textOf(secret, file));
  return {
    client: new EtcdClient({ ca, certificate, key }, { addressOf, timeoutMs: etcdTimeoutMs }),
    hosts: Object.fromEntries(members(hcp).map((member) => [member, memberHost(member, namespace)])),
    record: record.etcd,
    highestRevision: record.etcdRevision?.highest,
  };
}

async function hostedOf(kubeconfig: string | undefined): Promise<Facts["hosted"]> {
  if (!kubeconfig) return { skipped: "There is no kubeconfig for the hosted cluster yet" };
  const connection = await parseKubeconfig(kubeconfig);
  const kube = await createKube({ connection, userAgent: "verification" });
  return { kube, exec: (call) => execInPod(connection, call) };
}
