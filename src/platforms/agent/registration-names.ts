/** Names that the registration service, the InfraEnv controller and hosts' owners meet under. */

/** Service, serving certificate, and (with `-ca`) the authority of the registration service, in the operator's namespace. */
export const registrationName = "agent-registration";
export const registrationAuthority = "agent-registration-ca";
export const registrationPort = 8443;

/** The Secret beside an InfraEnv with the token that its hosts register with. */
export function infraEnvTokenSecret(infraEnv: string): string {
  return `infraenv-${infraEnv}-token`;
}
export const infraEnvTokenKey = "token";
