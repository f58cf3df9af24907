import { expect, test } from "vitest";
import type { HostedControlPlane } from "../../api/index.ts";
import type { Context } from "../../kube/controller.ts";
import type { Secret } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import { aSpec } from "../../testing/control-planes.ts";
import type { GuestOptions } from "../options.ts";
import { keptToken } from "./controller.ts";

const now = new Date("2026-02-01T00:00:00Z");
const encoded = (text: string) => Buffer.from(text).toString("base64");
const tokenOf = (uid: string) =>
  `h.${Buffer.from(JSON.stringify({ "kubernetes.io": { serviceaccount: { uid } } })).toString("base64url")}.s`;

/** What is kept after a pass, where there was a token of the account `u1`. */
async function keptWith(uid: string): Promise<string | undefined> {
  let kept: Secret = {
    metadata: { name: "kept-token", annotations: { "recovery.roost.dev/issued-at": "2026-01-01T00:00:00Z" } },
    data: { token: encoded(tokenOf("u1")), expiresAt: encoded("2026-12-31T00:00:00Z") },
  };
  const status = { token: tokenOf(uid), expirationTimestamp: "2027-02-01T00:00:00Z" };
  const guest = {
    get: async () => ({ metadata: { name: "default", uid } }),
    request: async () => ({ status: 201, body: JSON.stringify({ status }) }),
  };
  const kube = {
    list: async () => [kept],
    async apply(secret: Secret) {
      kept = secret;
    },
  };
  const { reconcile } = keptToken({ guest, namespace: "clusters-demo" } as unknown as GuestOptions);
  const hcp: HostedControlPlane = { metadata: { name: "demo" }, spec: aSpec() };
  await reconcile(hcp, { kube, now: () => now } as unknown as Context);
  return textOf(kept, "token");
}

test("a token is issued anew where its account was deleted and made anew, and kept where it was not", async () => {
  expect(await keptWith("u1")).toBe(tokenOf("u1"));
  expect(await keptWith("u2")).toBe(tokenOf("u2"));
});
