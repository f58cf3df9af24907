import { bool, int32, list, map, object, optional, rule, text } from "../field.ts";
import { nameReference } from "./name-reference.ts";

const texts = (description: string) => optional(list(text("A name."), description));
const ca = optional(nameReference("ConfigMap with the certificate authority of the provider (key `ca.crt`)."));
const clientID = optional(text("Client id at the provider."));
const clientSecret = optional(nameReference("Secret with the client secret (key `clientSecret`)."));
const url = optional(text("Address of the provider."));
const tlsClientCert = optional(nameReference("Secret with the client certificate (key `tls.crt`)."));
const tlsClientKey = optional(nameReference("Secret with its private key (key `tls.key`)."));

const claims = (description: string, item = text("Name of a claim.")) =>
  optional(list(item, description, { listType: "atomic" }));

const identityProvider = object(
  {
    name: optional(text("Name of the provider; part of the identities that it gives.")),
    mappingMethod: optional(text("How an identity finds its user: `claim` (also where empty), `lookup` or `add`.")),
    type: optional(
      text("Kind of provider: BasicAuth, GitHub, GitLab, Google, HTPasswd, Keystone, LDAP, OpenID or RequestHeader."),
    ),
    basicAuth: optional(
      object({ url, ca, tlsClientCert, tlsClientKey }, "A server that is asked by HTTP whether a password is right."),
    ),
    github: optional(
      object(
        {
          clientID,
          clientSecret,
          organizations: texts("Organizations, one of which a user has to be in."),
          teams: texts("Teams, as `organization/team`, one of which a user has to be in."),
          hostname: optional(text("Host name of a GitHub Enterprise.")),
          ca,
        },
        "GitHub or a GitHub Enterprise.",
      ),
    ),
    gitlab: optional(object({ clientID, clientSecret, url, ca }, "A GitLab.")),
    google: optional(
      object(
        { clientID, clientSecret, hostedDomain: optional(text("Google domain that users have to be in.")) },
        "Google.",
      ),
    ),
    htpasswd: optional(
      object(
        { fileData: optional(nameReference("Secret with a file in htpasswd's format (key `htpasswd`).")) },
        "A file with names and hashed passwords.",
      ),
    ),
    keystone: optional(
      object(
        { url, ca, tlsClientCert, tlsClientKey, domainName: optional(text("Keystone domain of the users.")) },
        "A Keystone server of version 3.",
      ),
    ),
    ldap: optional(
      object(
        {
          url: optional(text("Address, base, attribute and filter as an LDAP URL (RFC 2255).")),
          bindDN: optional(text("Who searches; nobody where absent.")),
          bindPassword: optional(nameReference("Secret with its password (key `bindPassword`).")),
          insecure: optional(bool("Whether the connection is made without TLS.")),
          ca,
          attributes: optional(
            object(
              {
                id: texts("Attributes for the id; the first that is there."),
                preferredUsername: texts("Attributes for the user's name."),
                name: texts("Attributes for the displayed name."),
                email: texts("Attributes for the address."),
              },
              "Which attributes become what.",
            ),
          ),
        },
        "An LDAP server.",
      ),
    ),
    openID: optional(
      object(
        {
          clientID,
          clientSecret,
          issuer: optional(text("Address of the issuer.")),
          ca,
          extraScopes: texts("Scopes to ask for besides `openid`."),
          extraAuthorizeParameters: optional(map("More parameters of the request that sends users to the provider.")),
          claims: optional(
            object(
              {
                preferredUsername: claims("Claims for the user's name; the first that is there."),
                name: claims("Claims for the displayed name."),
                email: claims("Claims for the address."),
                groups: claims("Claims for the groups.", text("Name of a claim.", { minLength: 1 })),
              },
              "Which claims become what.",
            ),
          ),
        },
        "A provider of OpenID Connect.",
      ),
    ),
    requestHeader: optional(
      object(
        {
          loginURL: optional(
            text(
              "Address that browsers are sent to, with a placeholder for the request: `url` or `query` in braces behind a dollar sign.",
            ),
          ),
          challengeURL: optional(
            text("Address that command line clients are sent to, with a placeholder for the request as in `loginURL`."),
          ),
          ca,
          clientCommonNames: texts("Names, one of which the proxy's certificate has to carry; any where absent."),
          headers: texts("Headers for the user's name; the first that is there."),
          preferredUsernameHeaders: texts("Headers for the preferred name."),
          nameHeaders: texts("Headers for the displayed name."),
          emailHeaders: texts("Headers for the address."),
        },
        "A proxy that logs users in and says in headers who they are.",
      ),
    ),
  },
  "Somebody who knows users.",
);

/** How users log in. */
export const oauth = object(
  {
    identityProviders: optional(
      list(identityProvider, "Who knows the users. The user `kubeadmin` is gone once there is one.", {
        listType: "atomic",
      }),
    ),
    tokenConfig: optional(
      object(
        {
          accessTokenMaxAgeSeconds: optional(int32("How long a token holds. A day where absent.")),
          accessTokenInactivityTimeout: optional(
            text("How long a token may lie unused, such as `30m`: at least 300 seconds. For ever where absent."),
          ),
          accessTokenInactivityTimeoutSeconds: optional(
            int32("Older form of `accessTokenInactivityTimeout`; has no effect."),
          ),
        },
        "How long tokens hold.",
      ),
    ),
    templates: optional(
      object(
        {
          login: optional(nameReference("Secret with the login page (key `login.html`).")),
          providerSelection: optional(
            nameReference("Secret with the page that lists providers (key `providers.html`)."),
          ),
          error: optional(nameReference("Secret with the page for errors (key `errors.html`).")),
        },
        "Other pages than the usual ones.",
      ),
    ),
  },
  "How users log in.",
  {
    rules: [
      rule(
        "!has(self.tokenConfig) || !has(self.tokenConfig.accessTokenInactivityTimeout) || duration(self.tokenConfig.accessTokenInactivityTimeout).getSeconds() >= 300",
        "write a tokenConfig.accessTokenInactivityTimeout of 5m or more",
      ),
    ],
  },
);
