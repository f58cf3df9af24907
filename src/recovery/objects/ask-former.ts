import { connect, type TLSSocket } from "node:tls";
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
  /** Those that no other API server's certificate bears. */
  names: string[];
}

/** Whether it is there: `unknown` where nobody answers, or somebody else does, which proves nothing. */
export type FormerState = { state: "answers" } | { state: "unknown"; why: string; isSomebody?: boolean };

/** Where to ask for the control plane that these objects are of; nothing where it never had an address. */
export function formerOf(objects: readonly Recorded[]): Former | undefined {
  const plane = objects.find(({ facts }) => facts.kind === HostedControlPlane.kind);
  const { host, port } = (plane?.object as HostedControlPlane | undefined)?.status?.controlPlaneEndpoint ?? {};
  const secret = objects.find(
    ({ facts }) => facts.kind === "Secret" && facts.name === "root-ca" && facts.namespace === plane?.facts.namespace,
  )?.object as Secret | undefined;
  const authorities = ["ca.crt", "next-ca.crt", "previous-ca.crt"].flatMap((key) => textOf(secret, key) ?? []);
  if (!host || !port || authorities.length === 0) return undefined;
  // Not an address: that may be another one's by now.
  const names = [`kube-apiserver.${plane?.facts.namespace}.svc`, ...(isAddress(host) ? [] : [host])];
  return { host, port, authorities: authorities.join("\n"), names };
}

/**
 * Asks whether the former API server still answers: with a certificate of the cluster's own authority, or one that bears
 * its name. Two of one cluster would give out its hosts, names and data to different people.
 */
export async function askFormer(former: Former, options: { timeoutMs: number }): Promise<FormerState> {
  const { host } = former;
  const found = await ask(former, { ...options, servername: isAddress(host) ? "" : host });
  if (found.state === "answers" || !found.isSomebody) return found;
  // One with a certificate of the user's own for the public name gives its own to whoever asks for no name.
  const again = await ask(former, { ...options, servername: "" });
  return again.state === "answers" ? again : found;
}

const isAddress = (host: string) => /^[\d.]+$|:/.test(host);

function ask(
  { host, port, authorities, names }: Former,
  { timeoutMs, servername }: { timeoutMs: number; servername: string },
): Promise<FormerState> {
  return new Promise((resolve) => {
    // Nothing is sent, and whoever is not trusted is looked at as well.
    const socket = connect({ host, port, ca: authorities, servername, rejectUnauthorized: false });
    const end = (state: FormerState) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(state);
    };
    const timer = setTimeout(() => end({ state: "unknown", why: "it does not answer" }), timeoutMs);
    socket.once("secureConnect", () => end(stateOf(socket, names)));
    socket.once("error", ({ message, code }: NodeJS.ErrnoException) =>
      end({ state: "unknown", why: message || (code ?? "") }),
    );
  });
}

/**
 * A certificate that the authority gave, and that has run out or is for another name, is still the former's; and so is
 * one for its name of an authority that came after the backup.
 */
function stateOf(socket: TLSSocket, names: readonly string[]): FormerState {
  const problem = String(socket.authorizationError ?? "");
  const isOfAuthority =
    socket.authorized || problem === "ERR_TLS_CERT_ALTNAME_INVALID" || problem === "CERT_HAS_EXPIRED";
  const borne = (socket.getPeerCertificate().subjectaltname ?? "").split(", ");
  if (isOfAuthority || names.some((name) => borne.includes(`DNS:${name}`))) return { state: "answers" };
  return {
    state: "unknown",
    why: `somebody answers whose certificate is not of the cluster's authority (${problem})`,
    isSomebody: true,
  };
}
