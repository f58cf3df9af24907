import type { ListedMember } from "../../../etcd/etcd-client.ts";

/** The name of a member; one that has not started has none yet, but an address: https://etcd-1.etcd-discovery.... */
export function memberName({ name, peerURLs }: Pick<ListedMember, "name" | "peerURLs">): string {
  return name || (/^https:\/\/([^.:/]+)/.exec(peerURLs[0] ?? "")?.[1] ?? "");
}
