import { ServiceAccount } from "../../kube/kinds.ts";
import { type Check, failed, passed, skipped } from "./check.ts";

interface TokenReview {
  status?: { authenticated?: boolean; error?: string };
}

/** A token that was issued before is still accepted: the key that signs tokens and the accounts are the same. */
export const oldToken: Check = {
  name: "old-token",
  title: "A service account token issued before is accepted",
  asks: "api",
  async run({ hosted: { kube }, keptToken, signal }) {
    if (!keptToken) return skipped("No token was kept yet: the control-plane-operator keeps one once the API answers");
    const body = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenReview",
      spec: { token: keptToken.token },
    };
    const path = "/apis/authentication.k8s.io/v1/tokenreviews";
    const answer = await kube.request("POST", path, { body, signal });
    if (answer.status >= 300) return failed(`The API server does not review tokens: it answers ${answer.status}`);
    const { status } = JSON.parse(answer.body) as TokenReview;
    const issued = `The token issued at ${keptToken.issuedAt}`;
    if (status?.authenticated) return passed(`${issued} is accepted`);
    const account = await kube.get(ServiceAccount, "default", "kube-system", { signal });
    const { uid } = account?.metadata ?? {};
    if (uid && keptToken.accountUID && uid !== keptToken.accountUID) {
      return skipped(`${issued} is of an account that was deleted since; one of the present account is kept soon`);
    }
    return failed(`${issued} is refused: ${status?.error ?? "the API server does not say why"}`);
  },
};
