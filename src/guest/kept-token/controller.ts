import type { HostedControlPlane } from "../../api/index.ts";
import { HostedControlPlane as Plane } from "../../api/index.ts";
import { keptTokenName } from "../../api/kept-token-name.ts";
import { ApiError } from "../../kube/api-error.ts";
import { type Controller, wait, watches } from "../../kube/controller.ts";
import { Secret, ServiceAccount } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import type { GuestOptions } from "../options.ts";
import { unlessPaused } from "../unless-paused.ts";
import { accountUID } from "./account-uid.ts";
import { isWornOut } from "./is-worn-out.ts";
import { issuedAtAnnotation } from "./issued-at-annotation.ts";

const path = "/api/v1/namespaces/kube-system/serviceaccounts/default/token";
const lifetimeSeconds = 365 * 86_400;
const lookAgainMs = 3_600_000;

/**
 * Keeps a service account token of the hosted cluster, so that it can be seen at any time whether tokens that were issued
 * before are still accepted. It is of an account that may do nothing.
 */
export function keptToken({ guest, namespace }: GuestOptions): Controller<HostedControlPlane> {
  let comparedAt = Number.NEGATIVE_INFINITY;
  /** An account that was deleted and made anew is another one. Asked once in a while: control planes change often. */
  async function isOfPresentAccount(kept: Secret, now: number): Promise<boolean> {
    if (now - comparedAt < lookAgainMs / 2) return true;
    const account = await guest.get(ServiceAccount, "default", "kube-system", { live: true });
    const { uid } = account?.metadata ?? {};
    if (uid && uid !== accountUID(textOf(kept, "token"))) return false;
    comparedAt = now;
    return true;
  }
  const isIt = ({ metadata }: Secret) => metadata?.name === keptTokenName;
  return {
    name: "kept-token",
    kind: Plane,
    namespace,
    watches: [watches({ kind: Secret, namespace, keep: true, keysOf: (secret) => (isIt(secret) ? undefined : []) })],
    resyncMs: lookAgainMs,
    reconcile: unlessPaused(async (_, { kube, now }) => {
      const [present] = (await kube.list(Secret, { namespace })).filter(isIt);
      if (present && !isWornOut(present, now()) && (await isOfPresentAccount(present, now().getTime()))) return;
      const body = {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds: lifetimeSeconds },
      };
      const answer = await guest.request("POST", path, { body });
      if (answer.status === 404) return wait("NotFound", "The hosted cluster has no account for a token yet", 5_000);
      if (answer.status >= 300) throw new ApiError("issue a token of the hosted cluster", answer.status, answer.body);
      const { token, expirationTimestamp } = (JSON.parse(answer.body) as Answer).status;
      await kube.apply<Secret>({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: keptTokenName, namespace, annotations: { [issuedAtAnnotation]: now().toISOString() } },
        data: {
          token: Buffer.from(token).toString("base64"),
          expiresAt: Buffer.from(expirationTimestamp).toString("base64"),
        },
      });
    }),
  };
}

interface Answer {
  status: { token: string; expirationTimestamp: string };
}
