import { list, object, oneOf, optional, rule, text } from "../field.ts";
import { nameReference } from "./name-reference.ts";

const oneOfClaimAndExpression = rule(
  "has(self.claim) != has(self.expression)",
  "write claim or expression: one of them, not both",
);

const expression = (description: string) => optional(text(description, { minLength: 1, maxLength: 1024 }));

const reserved = (domain: string, whose: string) => [
  rule(
    `self.split('/', 2)[0] != '${domain}' && !self.split('/', 2)[0].endsWith('.${domain}')`,
    `write a key in a domain of your own: ${domain} and the domains under it are kept for ${whose}`,
  ),
];

const issuer = object(
  {
    issuerURL: text("Address of the issuer, as its tokens name it.", {
      minLength: 1,
      maxLength: 512,
      rules: [
        rule("isURL(self)", "write issuerURL as a full address such as https://login.example.com"),
        rule("!isURL(self) || url(self).getScheme() == 'https'", "write an issuerURL that begins with https://"),
        rule(
          "!isURL(self) || url(self).getQuery().size() == 0",
          "write issuerURL without a query (? and what follows)",
        ),
        rule("!self.matches('#.')", "write issuerURL without a fragment (# and what follows)"),
        rule("!self.contains('@')", "write issuerURL without user and password"),
      ],
    }),
    discoveryURL: optional(
      text("Address of the discovery document, where it is not under the issuer's.", {
        minLength: 1,
        maxLength: 2048,
        rules: [
          rule("isURL(self)", "write discoveryURL as a full address such as https://login.example.com/discovery"),
          rule("!isURL(self) || url(self).getScheme() == 'https'", "write a discoveryURL that begins with https://"),
          rule(
            "!isURL(self) || url(self).getQuery().size() == 0",
            "write discoveryURL without a query (? and what follows)",
          ),
          rule("!self.contains('#')", "write discoveryURL without a fragment (# and what follows)"),
          rule("!self.matches('^https://.+:.+@.+/.*$')", "write discoveryURL without user and password"),
        ],
      }),
    ),
    audiences: list(text("An audience.", { minLength: 1 }), "Audiences, one of which a token must be for.", {
      minItems: 1,
      maxItems: 10,
      listType: "set",
    }),
    issuerCertificateAuthority: optional(
      nameReference("ConfigMap with the certificate authority of the issuer (key `ca-bundle.crt`)."),
    ),
  },
  "Who makes the tokens.",
  {
    rules: [
      rule(
        "!has(self.discoveryURL) || self.discoveryURL.find('^.+[^/]') != self.issuerURL.find('^.+[^/]')",
        "leave out discoveryURL where it is the issuerURL",
      ),
    ],
  },
);

const claimMappings = object(
  {
    username: object(
      {
        claim: optional(text("Claim that is the name.", { minLength: 1, maxLength: 256 })),
        expression: expression("CEL expression over `claims` that gives the name."),
        prefixPolicy: optional(
          oneOf(
            ["", "NoPrefix", "Prefix"],
            "What is put before the name: nothing, `prefix`, or where empty the issuer's address unless the claim is `email`.",
          ),
        ),
        prefix: optional(
          object(
            { prefixString: text("What is put before the name.", { minLength: 1 }) },
            "For prefixPolicy `Prefix`.",
          ),
        ),
      },
      "The user's name.",
      {
        rules: [
          oneOfClaimAndExpression,
          rule(
            "!has(self.expression) || !has(self.prefixPolicy) || self.prefixPolicy != 'Prefix'",
            "put the prefix into the expression, and leave out prefixPolicy Prefix",
          ),
          rule(
            "has(self.prefix) == (has(self.prefixPolicy) && self.prefixPolicy == 'Prefix')",
            "write prefix where prefixPolicy is Prefix, and leave it out otherwise",
          ),
        ],
      },
    ),
    groups: optional(
      object(
        {
          claim: optional(text("Claim that lists the groups.", { maxLength: 256 })),
          expression: expression("CEL expression over `claims` that gives the groups."),
          prefix: optional(text("What is put before each group.")),
        },
        "The user's groups.",
        {
          rules: [
            rule(
              "!has(self.expression) || !has(self.prefix) || self.prefix == ''",
              "put the prefix into the expression, and leave out prefix",
            ),
            rule(
              "!has(self.expression) || !has(self.claim) || self.claim == ''",
              "write claim or expression for groups, not both",
            ),
          ],
        },
      ),
    ),
    uid: optional(
      object(
        {
          claim: optional(text("Claim that is the id.", { minLength: 1, maxLength: 256 })),
          expression: expression("CEL expression over `claims` that gives the id."),
        },
        "The user's id.",
        { rules: [oneOfClaimAndExpression] },
      ),
    ),
    extra: optional(
      list(
        object(
          {
            key: text("Name of the entry: a domain, a slash, and a path.", {
              minLength: 1,
              maxLength: 510,
              rules: [
                rule("self.contains('/')", "write a key with a domain and a slash, such as example.com/role"),
                rule(
                  "self.split('/', 2)[0].matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')",
                  "write the domain of a key in lower case letters, digits, hyphens and dots",
                ),
                rule("self.split('/', 2)[0].size() <= 253", "write a key whose domain has at most 253 characters"),
                ...reserved("kubernetes.io", "Kubernetes"),
                ...reserved("k8s.io", "Kubernetes"),
                ...reserved("openshift.io", "OpenShift"),
                rule(
                  "!self.contains('/') || self.split('/', 2)[1].matches('[A-Za-z0-9/._~%!$&\\\\x27()*+;=:-]+')",
                  "write something behind the slash of a key: letters, digits and - . _ ~ ! $ & ' ( ) * + ; = : % only",
                ),
                rule(
                  "!self.contains('/') || self.split('/', 2)[1].size() <= 256",
                  "write a key with at most 256 characters behind the slash",
                ),
              ],
            }),
            valueExpression: text("CEL expression over `claims` that gives the value.", {
              minLength: 1,
              maxLength: 1024,
            }),
          },
          "An entry.",
        ),
        "More about the user, for authorizers and admission.",
        { maxItems: 32, listType: "map", listMapKeys: ["key"] },
      ),
    ),
  },
  "How a token becomes a user.",
);

const claimValidationRules = list(
  object(
    {
      type: oneOf(["RequiredClaim", "CEL"], "Kind of rule."),
      requiredClaim: optional(
        object(
          {
            claim: text("Name of the claim.", { minLength: 1 }),
            requiredValue: text("Value that it must have.", { minLength: 1 }),
          },
          "A claim with a value.",
        ),
      ),
      cel: optional(
        object(
          {
            expression: text("CEL expression over `claims` that must be true.", { minLength: 1, maxLength: 1024 }),
            message: text("What to say where it is not.", { minLength: 1, maxLength: 256 }),
          },
          "An expression.",
        ),
      ),
    },
    "A rule.",
    {
      rules: [
        rule("has(self.cel) == (self.type == 'CEL')", "write cel where type is CEL, and leave it out otherwise"),
        rule(
          "has(self.requiredClaim) == (self.type == 'RequiredClaim')",
          "write requiredClaim where type is RequiredClaim, and leave it out otherwise",
        ),
      ],
    },
  ),
  "What a token must say to be accepted.",
  { listType: "atomic" },
);

/** Who the users of the cluster are. */
export const authentication = object(
  {
    type: optional(
      oneOf(
        ["", "None", "IntegratedOAuth", "OIDC"],
        "`IntegratedOAuth` (or empty): the cluster's own login server. `OIDC`: tokens of an issuer outside. `None`: somebody else takes care of it.",
      ),
    ),
    oauthMetadata: optional(nameReference("ConfigMap with the OAuth metadata of a login server outside.")),
    webhookTokenAuthenticators: optional(
      list(
        object(
          { kubeConfig: optional(nameReference("Secret with the kubeconfig of the service (key `kubeConfig`).")) },
          "A service.",
        ),
        "Older form of `webhookTokenAuthenticator`; has no effect.",
        { listType: "atomic" },
      ),
    ),
    webhookTokenAuthenticator: optional(
      object(
        { kubeConfig: nameReference("Secret with the kubeconfig of the service (key `kubeConfig`).") },
        "A service that is asked who a token's user is.",
      ),
    ),
    serviceAccountIssuer: optional(
      text("Issuer of service account tokens. In hosted clusters `spec.issuerURL` says it."),
    ),
    oidcProviders: optional(
      list(
        object(
          {
            name: text("Name of the provider.", { minLength: 1 }),
            issuer,
            claimMappings,
            claimValidationRules: optional(claimValidationRules),
            userValidationRules: optional(
              list(
                object(
                  {
                    expression: text("CEL expression over `user` that must be true.", {
                      minLength: 1,
                      maxLength: 1024,
                    }),
                    message: text("What to say where it is not.", { minLength: 1, maxLength: 256 }),
                  },
                  "A rule.",
                ),
                "What must hold for a user to be let in.",
                { minItems: 1, maxItems: 64, listType: "map", listMapKeys: ["expression"] },
              ),
            ),
            oidcClients: optional(
              list(
                object(
                  {
                    componentName: text("Name of the component, such as `console`.", { minLength: 1, maxLength: 256 }),
                    componentNamespace: text("Namespace of the component.", { minLength: 1, maxLength: 63 }),
                    clientID: text("Client id at the provider.", { minLength: 1 }),
                    clientSecret: optional(nameReference("Secret with the client secret (key `clientSecret`).")),
                    extraScopes: optional(
                      list(text("A scope."), "Scopes to ask for besides `openid`.", { listType: "set" }),
                    ),
                  },
                  "A client.",
                ),
                "How components of the cluster log their users in at the provider.",
                { maxItems: 20, listType: "map", listMapKeys: ["componentNamespace", "componentName"] },
              ),
            ),
          },
          "A provider.",
        ),
        "Issuers whose tokens are accepted, for type `OIDC`.",
        { maxItems: 1, listType: "map", listMapKeys: ["name"] },
      ),
    ),
  },
  "Who the users of the cluster are.",
);
