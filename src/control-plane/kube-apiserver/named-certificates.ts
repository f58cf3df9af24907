import type { ControlPlane } from "../control-plane.ts";
import { secretFiles } from "../files.ts";
import { certificatesPath } from "./files.ts";

/** The user's own serving certificates: each one's files and its argument. */
export function namedCertificates({ spec }: Pick<ControlPlane, "spec">) {
  return (spec.configuration?.apiServer?.servingCerts?.namedCertificates ?? []).map(
    ({ names, servingCertificate }, i) => {
      const files = [`named-${i}.crt`, `named-${i}.key`] as const;
      const path = `${certificatesPath}/${files[0]},${certificatesPath}/${files[1]}`;
      return {
        source: secretFiles(servingCertificate?.name ?? "", { "tls.crt": files[0], "tls.key": files[1] }),
        // Without names the API server takes them from the certificate.
        argument: `--tls-sni-cert-key=${path}${names?.length ? `:${names.join(",")}` : ""}`,
      };
    },
  );
}
