import Type from "typebox";
import { list, object, oneOf, optional, text } from "../field.ts";
import { nameReference } from "./name-reference.ts";

const auditProfile = (description: string, options: { default?: string } = {}) =>
  oneOf(["Default", "WriteRequestBodies", "AllRequestBodies", "None"], description, options);

const emptyProfile = (description: string) => Type.Unsafe<object | null>(object({}, description, { nullable: true }));

const tlsSecurityProfile = object(
  {
    type: optional(
      oneOf(
        ["Old", "Intermediate", "Modern", "Custom"],
        "Which versions of TLS and ciphers are accepted: those for old clients, those for most, those for new ones only, or those listed in `custom`. Intermediate where absent.",
      ),
    ),
    old: optional(emptyProfile("No fields.")),
    intermediate: optional(emptyProfile("No fields.")),
    modern: optional(emptyProfile("No fields.")),
    custom: optional(
      Type.Unsafe<{
        ciphers?: string[];
        minTLSVersion?: "VersionTLS10" | "VersionTLS11" | "VersionTLS12" | "VersionTLS13";
      } | null>(
        object(
          {
            ciphers: optional(
              list(text("A cipher, by its OpenSSL name."), "Ciphers that are accepted.", { listType: "atomic" }),
            ),
            minTLSVersion: optional(
              oneOf(
                ["VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13"],
                "Oldest version of TLS that is accepted.",
              ),
            ),
          },
          "Versions and ciphers, for type `Custom`.",
          { nullable: true },
        ),
      ),
    ),
  },
  "What clients must be able to do in TLS.",
);

/** Settings of the API server. */
export const apiServer = object(
  {
    servingCerts: optional(
      object(
        {
          namedCertificates: optional(
            list(
              object(
                {
                  names: optional(
                    list(
                      text("A name, or a name with `*` in the first place."),
                      "Names that it is shown for; those in the certificate where absent.",
                      {
                        maxItems: 64,
                        listType: "atomic",
                      },
                    ),
                  ),
                  servingCertificate: optional(
                    nameReference("Secret with the certificate and its key (keys `tls.crt`, `tls.key`)."),
                  ),
                },
                "A certificate.",
              ),
              "Certificates that are shown to clients who ask for one of their names. Not for the name that nodes use.",
              { maxItems: 32, listType: "atomic" },
            ),
          ),
        },
        "Certificates of the API server.",
      ),
    ),
    clientCA: optional(
      nameReference(
        "ConfigMap with certificate authorities whose client certificates are accepted too (key `ca-bundle.crt`).",
      ),
    ),
    additionalCORSAllowedOrigins: optional(
      list(text("A regular expression."), "Origins of web pages that may use the API.", { listType: "atomic" }),
    ),
    encryption: optional(
      object(
        {
          type: optional(
            oneOf(["", "identity", "aescbc", "aesgcm"], "Not used in hosted clusters: see `spec.secretEncryption`."),
          ),
        },
        "Not used in hosted clusters: see `spec.secretEncryption`.",
      ),
    ),
    tlsSecurityProfile: optional(tlsSecurityProfile),
    tlsAdherence: optional(
      oneOf(
        ["", "NoOpinion", "LegacyAdheringComponentsOnly", "StrictAllComponents"],
        "Which components keep to tlsSecurityProfile.",
      ),
    ),
    audit: optional(
      object(
        {
          profile: optional(
            auditProfile(
              "What the audit log holds of each request. `Default`: that it was made. `WriteRequestBodies`: also what was written. `AllRequestBodies`: also what was read. `None`: nothing.",
              { default: "Default" },
            ),
          ),
          customRules: optional(
            list(
              object(
                {
                  group: text("Group that the user has to be in.", { minLength: 1 }),
                  profile: auditProfile("What the audit log holds of that group's requests."),
                },
                "A rule.",
              ),
              "Other profiles for users of some groups; the first that fits.",
              { listType: "map", listMapKeys: ["group"] },
            ),
          ),
        },
        "What the audit log holds.",
        { default: { profile: "Default" } },
      ),
    ),
  },
  "Settings of the API server.",
);
