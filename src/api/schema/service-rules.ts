import { ratcheted, rule } from "./field.ts";

/** Rules over `spec` that the services have to keep, in HostedCluster and HostedControlPlane alike. */
export const serviceRules = [
  ratcheted(
    rule(
      "size(self.services) >= (self.platform.type == 'IBMCloud' ? 3 : 4)",
      "say how to publish APIServer, OAuthServer, Konnectivity and Ignition: services needs at least 4 entries (3 on IBMCloud)",
    ),
  ),
  ratcheted(
    rule(
      "!has(self.operatorConfiguration) || !has(self.operatorConfiguration.clusterNetworkOperator) || !has(self.operatorConfiguration.clusterNetworkOperator.disableMultiNetwork) || !self.operatorConfiguration.clusterNetworkOperator.disableMultiNetwork || self.networking.networkType == 'Other'",
      "leave out disableMultiNetwork, or set networking.networkType to Other",
    ),
  ),
  rule(
    "!has(oldSelf.secretEncryption) || has(self.secretEncryption)",
    "keep secretEncryption: it cannot be taken away, since Secrets could not be read any more",
  ),
];
