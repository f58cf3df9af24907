import type { ControlPlane } from "./control-plane.ts";

type Profile = NonNullable<NonNullable<ControlPlane["spec"]["configuration"]>["apiServer"]>["tlsSecurityProfile"];

/** OpenSSL's names of ciphers, which the profiles use, and Go's. Those that Go does not have are left out, as upstream does. */
const goNames: Record<string, string> = {
  "ECDHE-ECDSA-AES128-GCM-SHA256": "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384": "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305": "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  "ECDHE-RSA-CHACHA20-POLY1305": "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-SHA256": "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
  "ECDHE-RSA-AES128-SHA256": "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
  "ECDHE-ECDSA-AES128-SHA": "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
  "ECDHE-RSA-AES128-SHA": "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
  "ECDHE-ECDSA-AES256-SHA": "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
  "ECDHE-RSA-AES256-SHA": "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
};

const modern = Object.values(goNames).slice(0, 6);

/** `--tls-min-version` and `--tls-cipher-suites` for a TLS security profile; Intermediate where there is none. */
export function tlsArguments(profile: Profile): string[] {
  switch (profile?.type) {
    case "Modern":
      return ["--tls-min-version=VersionTLS13"];
    case "Old":
      return ["--tls-min-version=VersionTLS10", suites(Object.values(goNames))];
    case "Custom": {
      const { minTLSVersion = "VersionTLS12", ciphers = [] } = profile.custom ?? {};
      const known = ciphers.flatMap((cipher) => goNames[cipher] ?? []);
      return [`--tls-min-version=${minTLSVersion}`, ...(known.length > 0 ? [suites(known)] : [])];
    }
    default:
      return ["--tls-min-version=VersionTLS12", suites(modern)];
  }
}

function suites(names: string[]): string {
  return `--tls-cipher-suites=${names.join(",")}`;
}
