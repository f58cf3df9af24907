/** Flags of `hypershift install` that have no meaning here yet. */
export const installFlagsNotServed: readonly string[] =
  `development enable-defaulting-webhook enable-validating-webhook enable-conversion-webhook disable-capi-conversion-webhook
  disable-capi-migration exclude-etcd platform-monitoring enable-ci-debug-output private-platform aws-private-creds
  aws-private-secret aws-private-secret-key aws-private-region aws-private-role-arn azure-private-creds
  azure-private-secret azure-private-secret-key azure-pls-managed-identity-client-id azure-pls-subscription-id
  azure-pls-resource-group gcp-project gcp-region oidc-storage-provider-s3-region oidc-storage-provider-s3-bucket-name
  oidc-storage-provider-s3-credentials oidc-storage-provider-s3-secret oidc-storage-provider-s3-secret-key
  oidc-storage-provider-s3-role-arn external-dns-role-arn external-dns-google-project
  external-dns-aws-zones-cache-duration enable-admin-rbac-generation image-refs enable-uwm-telemetry-remote-write
  enable-cvo-management-cluster-metrics-access wait-until-crds-established rhobs-monitoring cvo-prometheus-url
  slos-alerts cert-rotation-scale enable-dedicated-request-serving-isolation managed-service enable-size-tagging
  enable-cpo-overrides enable-standalone-karpenter-operator aro-hcp-key-vault-users-client-id tech-preview-no-upgrade
  registry-overrides limit-crd-install enable-audit-log-persistence scale-from-zero-provider scale-from-zero-creds
  scale-from-zero-secret scale-from-zero-secret-key aws-role-credential-source
  aws-operator-roles-file install-scope template format output-file output-dir`.split(/\s+/);
