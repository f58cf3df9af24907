import { ratcheted, rule } from "./field.ts";

const published = (service: string, ...types: string[]) =>
  `self.services.exists(s, s.service == '${service}' && s.servicePublishingStrategy.type in [${types.map((type) => `'${type}'`)}])`;

const ownAzure =
  "has(self.platform.azure) && self.platform.azure.azureAuthenticationConfig.azureAuthenticationConfigType == 'WorkloadIdentities'";

const rules = [
  rule(
    `self.platform.type != 'Azure' || (${ownAzure}) || ${published("OAuthServer", "Route")}`,
    "publish OAuthServer by Route on Azure with managed identities",
  ),
  rule(
    `self.platform.type != 'Azure' || !(${ownAzure}) || ${published("OAuthServer", "Route", "LoadBalancer")}`,
    "publish OAuthServer by Route or LoadBalancer on Azure",
  ),
  rule(
    `self.platform.type != 'Azure' || ${published("Konnectivity", "Route")}`,
    "publish Konnectivity by Route on Azure",
  ),
  rule(`self.platform.type != 'Azure' || ${published("Ignition", "Route")}`, "publish Ignition by Route on Azure"),
];

/** How services have to be published on Azure. */
export const azureServiceRules = rules.map(ratcheted);
