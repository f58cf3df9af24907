import { restoreSecretName } from "../../control-plane/etcd/orders.ts";
import { Secret } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import { Failed } from "./operation.ts";
import { servedPort } from "./served.ts";
import type { Serving } from "./serving.ts";

/** What members of etcd are to get. */
export interface ToldSnapshot {
  /** How far its revision is raised: above all that anybody has seen. */
  bump: number;
  /** Of the control plane. */
  namespace: string | undefined;
}

/** Tells the members of an etcd where the snapshot is that is being served. */
export async function tellMembers(serving: Serving, { bump, namespace }: ToldSnapshot): Promise<void> {
  const { kube, name } = serving;
  const served = await kube.get(Secret, name, serving.namespace, { live: true });
  const [token, authority] = [textOf(served, "token"), textOf(served, "ca.crt")];
  // The Job goes on with the former one: one that was made again would name what nobody serves.
  if (!token || !authority) throw new Failed(`The Secret ${serving.namespace}/${name} is gone`);
  const url = `https://${name}.${serving.namespace}.svc:${servedPort}/${token}`;
  // Its SHA-256 is not among it: the Job compared that, and on the way nobody changes anything. Adding it up once more
  // takes a member longer than the restore itself; etcdutl checks the one at the snapshot's end.
  const files = { url, "ca.crt": authority, bump: String(bump) };
  await kube.apply<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: restoreSecretName, namespace },
    data: Object.fromEntries(Object.entries(files).map(([key, text]) => [key, encoded(text)])),
  });
}

const encoded = (text: string) => Buffer.from(text).toString("base64");
