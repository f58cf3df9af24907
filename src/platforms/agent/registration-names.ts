import { type Agent, installationAnnotation } from "../../api/agent.ts";
import type { InfraEnv } from "../../api/infra-env.ts";

/** Names that the registration service, the InfraEnv controller and hosts' owners meet under. */

/** Deployment, Service, serving certificate, and (with `-ca`) the authority of the registration service, in the operator's namespace. */
export const registrationName = "agent-registration";
export const registrationAuthority = "agent-registration-ca";
export const registrationPort = 8443;

/** Labels of the registration service's pods. */
export const registrationLabels = { app: registrationName };

/** The Secret beside an InfraEnv with the token that its hosts register with. */
export function infraEnvTokenSecret(infraEnv: string): string {
  return `infraenv-${infraEnv}-token`;
}
export const infraEnvTokenKey = "token";

/** Annotation of an InfraEnv: SHA-256 of each token that is good. The registration service reads no token's Secret. */
export const tokenDigestsAnnotation = "agent-install.openshift.io/token-sha256";

/** Annotation of an InfraEnv: for how long a token is given out, such as `24h`; for ever where absent. */
export const tokenLifetimeAnnotation = "agent-install.openshift.io/token-lifetime";

/** The digests of the tokens that open an InfraEnv. */
export function tokenDigestsOf({ metadata }: InfraEnv): string[] {
  return metadata?.annotations?.[tokenDigestsAnnotation]?.split(",").filter(Boolean) ?? [];
}

/**
 * The Secret in the operator's namespace with the user data of the hosts that are to be installed now, each under
 * `<namespace>.<agent>.<installation>`: what one installation is made with is never given to another of the same host.
 * The operator alone reads control planes; the registration service reads this one Secret.
 */
export const userDataSecret = "agent-user-data";
export function userDataKey({ metadata }: Agent): string {
  return `${userDataPrefix(metadata)}${metadata?.annotations?.[installationAnnotation]}`;
}
/** What the keys of all installations of a host begin with. */
export function userDataPrefix({ namespace, name }: { namespace?: string; name?: string } = {}): string {
  return `${namespace}.${name}.`;
}
