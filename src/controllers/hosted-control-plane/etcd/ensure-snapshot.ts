import { beginsWithSnapshot, ordersName, restoreSecretName, snapshotURL } from "../../../control-plane/etcd/orders.ts";
import { Secret } from "../../../kube/kinds.ts";
import { textOf } from "../../../kube/text-of.ts";
import type { Pass, PlaneStep } from "../pass.ts";
import { isManaged } from "./etcd-of.ts";

/** Authorities beside those of the public web: of the cluster's author, and of who installed the operator. */
const bundles = ["user-ca-bundle", "operator-ca-bundle"];

/**
 * Gives the members the address of restoreSnapshotURL, in a Secret because whoever knows it reads the snapshot; and
 * takes it away once each has begun with it.
 */
export const ensureSnapshot: PlaneStep = async (pass) => {
  const { kube, hcp, namespace, secrets, configMaps } = pass;
  const url = snapshotURL(hcp);
  if (!isManaged(pass) || !url) return;
  const orders = configMaps.find(({ metadata }) => metadata?.name === ordersName)?.data;
  const present = secrets.find(({ metadata }) => metadata?.name === restoreSecretName);
  if (!orders || beginsWithSnapshot(orders)) {
    const stringData = { url, ...authorities(configMaps) };
    const data = Object.fromEntries(
      Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
    );
    await kube.apply<Secret>({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: restoreSecretName, namespace },
      data,
    });
    // A later restore has an address of its own.
  } else if (present && textOf(present, "url") === url) {
    await kube.delete(Secret, restoreSecretName, namespace, { uid: present.metadata?.uid });
  }
};

function authorities(configMaps: Pass["configMaps"]): Record<string, string> {
  const texts = bundles.flatMap(
    (name) => configMaps.find(({ metadata }) => metadata?.name === name)?.data?.["ca-bundle.crt"] ?? [],
  );
  return texts.length > 0 ? { "ca.crt": `${texts.join("\n")}\n` } : {};
}
