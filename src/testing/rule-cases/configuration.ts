import { of, type RuleCase } from "./rule-case.ts";

const none = of("hosted-cluster-none");
const agent = of("hosted-cluster-agent");
const aws = of("hosted-cluster-aws");
const provider = "spec.configuration.authentication.oidcProviders.0";
const issuer = `${provider}.issuer.issuerURL`;
const discovery = `${provider}.issuer.discoveryURL`;
const mappings = `${provider}.claimMappings`;
const key = `${mappings}.extra.0.key`;
const rules = `${provider}.claimValidationRules`;
const sources = "spec.configuration.image.registrySources";
const featureSet = "spec.configuration.featureGate";

/** Rules of `spec.configuration`. */
export const configurationCases: readonly RuleCase[] = [
  agent("write issuerURL as a full address such as https://login", { refuse: { [issuer]: "login" } }),
  agent("write an issuerURL that begins with https://", {
    refuse: { [issuer]: "http://login.example.com" },
    accept: { [issuer]: "https://login.example.com/realms/a" },
  }),
  agent("write issuerURL without a query", { refuse: { [issuer]: "https://login.example.com?a=b" } }),
  agent("write issuerURL without a fragment", { refuse: { [issuer]: "https://login.example.com#a" } }),
  agent("write issuerURL without user and password", { refuse: { [issuer]: "https://a:b@login.example.com" } }),
  agent("write discoveryURL as a full address", { refuse: { [discovery]: "login" } }),
  agent("write a discoveryURL that begins with https://", { refuse: { [discovery]: "http://discovery.example.com" } }),
  agent("write discoveryURL without a query", { refuse: { [discovery]: "https://discovery.example.com?a=b" } }),
  agent("write discoveryURL without a fragment", { refuse: { [discovery]: "https://discovery.example.com#a" } }),
  agent("write discoveryURL without user and password", {
    refuse: { [discovery]: "https://a:b@discovery.example.com/" },
  }),
  agent("leave out discoveryURL where it is the issuerURL", {
    refuse: [{ [discovery]: "https://login.example.com" }, { [discovery]: "https://login.example.com/" }],
    accept: [{ [discovery]: undefined }, { [discovery]: "https://login.example.com/a" }],
  }),
  aws("write claim or expression: one of them", {
    refuse: [
      { [`${mappings}.username.claim`]: "email" },
      { [`${mappings}.uid.claim`]: "sub" },
      { [`${mappings}.uid`]: {} },
    ],
    accept: [{ [`${mappings}.uid`]: { claim: "sub" } }, { [`${mappings}.username`]: { claim: "email" } }],
  }),
  aws("put the prefix into the expression, and leave out prefixPolicy", {
    refuse: { [`${mappings}.username`]: { expression: "a", prefixPolicy: "Prefix", prefix: { prefixString: "a" } } },
    accept: { [`${mappings}.username`]: { expression: "a", prefixPolicy: "NoPrefix" } },
  }),
  agent("write prefix where prefixPolicy is Prefix", {
    refuse: [
      { [`${mappings}.username`]: { claim: "email", prefixPolicy: "Prefix" } },
      { [`${mappings}.username`]: { claim: "email", prefix: { prefixString: "a" } } },
    ],
    accept: { [`${mappings}.username`]: { claim: "email", prefixPolicy: "NoPrefix" } },
  }),
  aws("put the prefix into the expression, and leave out prefix", {
    refuse: { [`${mappings}.groups.prefix`]: "a" },
    accept: { [`${mappings}.groups.prefix`]: "" },
  }),
  aws("write claim or expression for groups", {
    refuse: { [`${mappings}.groups.claim`]: "a" },
    accept: { [`${mappings}.groups.claim`]: "" },
  }),
  agent("write a key with a domain and a slash", { refuse: { [key]: "role" }, accept: { [key]: "example.com/a/b" } }),
  agent("write the domain of a key in lower case", { refuse: { [key]: "Example.com/role" } }),
  agent("write a key whose domain has at most 253", {
    refuse: { [key]: `${"a".repeat(254)}/role` },
    accept: { [key]: `${"a".repeat(253)}/role` },
  }),
  agent("write a key in a domain of your own: kubernetes.io", {
    refuse: [{ [key]: "kubernetes.io/a" }, { [key]: "a.kubernetes.io/a" }],
    accept: { [key]: "akubernetes.io/a" },
  }),
  agent("write a key in a domain of your own: k8s.io", { refuse: [{ [key]: "k8s.io/a" }, { [key]: "a.k8s.io/a" }] }),
  agent("write a key in a domain of your own: openshift.io", {
    refuse: [{ [key]: "openshift.io/a" }, { [key]: "a.openshift.io/a" }],
  }),
  agent("write something behind the slash", {
    refuse: { [key]: "example.com/" },
    accept: { [key]: "example.com/it's" },
  }),
  agent("write a key with at most 256 characters behind", {
    refuse: { [key]: `example.com/${"a".repeat(257)}` },
    accept: { [key]: `example.com/${"a".repeat(256)}` },
  }),
  agent("write cel where type is CEL", {
    refuse: [{ [`${rules}.1.cel`]: undefined }, { [`${rules}.0.cel`]: { expression: "a", message: "b" } }],
  }),
  agent("write requiredClaim where type is RequiredClaim", {
    refuse: [
      { [`${rules}.0.requiredClaim`]: undefined },
      { [`${rules}.1.requiredClaim`]: { claim: "a", requiredValue: "b" } },
    ],
  }),
  ...["CustomNoUpgrade", "TechPreviewNoUpgrade", "DevPreviewNoUpgrade"].map((set) =>
    none(`keep featureSet ${set}`, {
      from: { [featureSet]: { featureSet: set } },
      refuse: { [featureSet]: { featureSet: "" } },
      accept: { [featureSet]: { featureSet: set, customNoUpgrade: { enabled: ["A"] } } },
    }),
  ),
  none("keep featureSet OKD", {
    from: { [featureSet]: { featureSet: "OKD" } },
    refuse: { [featureSet]: { featureSet: "" } },
    accept: { [featureSet]: { featureSet: "TechPreviewNoUpgrade" } },
  }),
  agent("write blockedRegistries or allowedRegistries", {
    refuse: { [`${sources}.allowedRegistries`]: ["registry.example.com"] },
    accept: { [`${sources}.blockedRegistries`]: undefined, [`${sources}.allowedRegistries`]: ["registry.example.com"] },
  }),
  agent("write a registry such as", {
    refuse: [
      { [`${sources}.insecureRegistries`]: ["registry.example.com/a:1"] },
      { [`${sources}.insecureRegistries`]: ["registry.example.com/a@sha256:0"] },
      { [`${sources}.blockedRegistries`]: ["*example.com"] },
      { [`${sources}.blockedRegistries`]: ["https://registry.example.com"] },
      { [`${sources}.blockedRegistries`]: ["registry.example.com/Team"] },
    ],
    accept: [
      { [`${sources}.insecureRegistries`]: ["localhost:5000", "192.0.2.1:5000/a/b_c", "*.example.com"] },
      { [`${sources}.insecureRegistries`]: ["registry.example.com/a--b/c.d"] },
    ],
  }),
  agent("ingress.domain cannot change", {
    from: {},
    refuse: { "spec.configuration.ingress.domain": "other.example.com" },
  }),
  agent("leave out networkDiagnostics.sourcePlacement and", {
    refuse: { "spec.configuration.network.networkDiagnostics.mode": "Disabled" },
    accept: { "spec.configuration.network.networkDiagnostics": { mode: "Disabled" } },
  }),
  none("write a tokenConfig.accessTokenInactivityTimeout", {
    refuse: { "spec.configuration.oauth": { tokenConfig: { accessTokenInactivityTimeout: "299s" } } },
    accept: { "spec.configuration.oauth": { tokenConfig: { accessTokenInactivityTimeout: "5m" } } },
  }),
];
