import { connect } from "node:tls";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { Secret } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import type { Recorded } from "../backup/recorded.ts";

/** Where the API server of the control plane was reached that a backup is of, and what it proved itself with. */
export interface Former {
  host: string;
  port: number;
  /** Its authorities, in PEM. */
  authorities: string;
}

/** Whether it is there: `unknown` where nobody answers, or somebody else does, which proves nothing. */
export type FormerState = { state: "answers" } | { state: "unknown"; why: string };

/** Where to ask for the control plane that these objects are of; nothing where it never had an address. */
export function formerOf(objects: readonly Recorded[]): Former | undefined {
  const plane = objects.find(({ facts }) => facts.kind === HostedControlPlane.kind);
  const { host, port } = (plane?.object as HostedControlPlane | undefined)?.status?.controlPlaneEndpoint ?? {};
  const secret = objects.find(
    ({ facts }) => facts.kind === "Secret" && facts.name === "root-ca" && facts.namespace === plane?.facts.namespace,
  )?.object as Secret | undefined;
  const authorities = ["ca.crt", "next-ca.crt", "previous-ca.crt"].flatMap((key) => textOf(secret, key) ?? []);
  if (!host || !port || authorities.length === 0) return undefined;
  return { host, port, authorities: authorities.join("\n") };
}

/**
 * Asks whether the former API server still answers with a certificate of the cluster's own authority. Two of one cluster
 * would give out its hosts, names and data to different people.
 */
export function askFormer(
  { host, port, authorities }: Former,
  { timeoutMs }: { timeoutMs: number },
): Promise<FormerState> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, ca: authorities, servername: /^[\d.]+$|:/.test(host) ? "" : host });
    const end = (state: FormerState) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(state);
    };
    const timer = setTimeout(() => end({ state: "unknown", why: "it does not answer" }), timeoutMs);
    socket.once("secureConnect", () => end({ state: "answers" }));
    socket.once("error", (error: NodeJS.ErrnoException) => end(stateAfter(error)));
  });
}

/** A certificate that the authority gave, and that has run out or is for another name, is still the former's. */
function stateAfter(error: NodeJS.ErrnoException): FormerState {
  const { code = "" } = error;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID" || code === "CERT_HAS_EXPIRED") return { state: "answers" };
  return { state: "unknown", why: error.message || code };
}
