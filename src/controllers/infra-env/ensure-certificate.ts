import { isIP, isIPv6 } from "node:net";
import { isAlreadyExists } from "../../kube/api-error.ts";
import { type Wait, wait } from "../../kube/controller.ts";
import { ConfigMap, Secret, Service } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { textOf } from "../../kube/text-of.ts";
import {
  type CertificateProfile,
  createAuthority,
  issue,
  type KeyPair,
  reasonToReissue,
} from "../../pki/certificate.ts";
import { registrationAuthority, registrationName, registrationPort } from "../../platforms/agent/registration-names.ts";
import type { InfraEnvStep } from "./pass.ts";

/** Gives the registration service its own authority, and a certificate for the address that hosts reach it at. */
export const ensureCertificate: InfraEnvStep = async ({ kube, operatorNamespace: namespace, now }) => {
  const service = await kube.get(Service, registrationName, namespace);
  const ingress = service?.status?.loadBalancer?.ingress?.[0];
  const address = ingress?.hostname ?? ingress?.ip;
  if (!address) {
    return wait(
      "WaitingForAddress",
      `Service ${registrationName} in namespace ${namespace} has no external address yet: the management cluster must give addresses to Services of type LoadBalancer`,
    );
  }
  const authority = await ensureAuthority(kube, namespace, now());
  if ("reason" in authority) return authority;
  await kube.apply(authorityConfigMap(namespace, authority));
  const profile = profileFor(address, namespace);
  const url = `https://${isIPv6(address) ? `[${address}]` : address}:${registrationPort}`;
  const secret = await kube.get(Secret, registrationName, namespace);
  const pair = pairOf(secret);
  const reissue = reasonToReissue(pair, profile, authority, now());
  if (!reissue && textOf(secret, "url") === url) return;
  const issued = reissue ? issue(profile, authority, now(), pair?.key) : (pair as KeyPair);
  await kube.apply(servingSecret(namespace, issued, authority, url));
};

function profileFor(address: string, namespace: string): CertificateProfile {
  const names = [registrationName, `${registrationName}.${namespace}.svc`];
  return {
    commonName: registrationName,
    dnsNames: isIP(address) ? names : [...names, address],
    addresses: isIP(address) ? [address] : [],
    usages: ["server"],
  };
}

/**
 * The authority's key is made once: hosts that are installed trust it for as long as they live. The ConfigMap with its
 * certificate is the record that there has been one, so that one that is gone is not replaced without a word.
 */
async function ensureAuthority(kube: Kube, namespace: string, now: Date): Promise<KeyPair | Wait> {
  const present = await kube.get(Secret, registrationAuthority, namespace);
  const authority = present && authorityOf(present);
  if (authority?.certificate && authority.key) return authority;
  if (present || (await kube.get(ConfigMap, registrationAuthority, namespace))) return missing(namespace);
  const made = createAuthority(registrationAuthority, now);
  try {
    await kube.create(secret(namespace, registrationAuthority, { "ca.crt": made.certificate, "ca.key": made.key }));
    return made;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return authorityOf((await kube.get(Secret, registrationAuthority, namespace)) as Secret);
  }
}

function missing(namespace: string): Wait {
  return wait(
    "AuthorityIsMissing",
    `Secret ${registrationAuthority} in namespace ${namespace} is missing or has no key, and hosts trust nothing else: restore it. To begin anew instead, delete the Secret and the ConfigMap of that name, and release and restart every host`,
    60_000,
  );
}

function authorityOf(present: Secret): KeyPair {
  return { certificate: textOf(present, "ca.crt") ?? "", key: textOf(present, "ca.key") ?? "" };
}

function pairOf(present: Secret | undefined): KeyPair | undefined {
  return present && { certificate: textOf(present, "tls.crt") ?? "", key: textOf(present, "tls.key") ?? "" };
}

function servingSecret(namespace: string, pair: KeyPair, authority: KeyPair, url: string): Secret {
  const data = { "tls.crt": pair.certificate, "tls.key": pair.key, "ca.crt": authority.certificate, url };
  return secret(namespace, registrationName, data);
}

function secret(namespace: string, name: string, text: Record<string, string>): Secret {
  const data = Object.fromEntries(
    Object.entries(text).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace, ownerReferences: [] }, data } as Secret;
}

/** For those who fetch the discovery configuration: what to check the service against. */
function authorityConfigMap(namespace: string, { certificate }: KeyPair): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: registrationAuthority, namespace, ownerReferences: [] },
    data: { "ca.crt": certificate },
  } as ConfigMap;
}
