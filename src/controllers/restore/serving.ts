import { randomBytes } from "node:crypto";
import { Job, Secret, Service } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { createAuthority, issue } from "../../pki/certificate.ts";
import { servedPort } from "./served.ts";

/** The objects, all of one name, by which a Job has a snapshot at hand. */
export interface Serving {
  kube: Kube;
  name: string;
  /** The operator's. */
  namespace: string;
}

/** The Service of the Job, and a Secret with what it proves itself with and the part of its address that nobody can guess. */
export async function ensureServing(serving: Serving, now: Date): Promise<void> {
  await ensureCredentials(serving, now);
  await ensureService(serving);
}

/** Takes these away, and the Job: the address of the snapshot opens it to whoever knows it. */
export async function removeServing({ kube, name, namespace }: Serving): Promise<void> {
  await kube.delete(Job, name, namespace, { propagation: "Background" });
  await kube.delete(Service, name, namespace);
  await kube.delete(Secret, name, namespace);
}

async function ensureCredentials({ kube, name, namespace }: Serving, now: Date): Promise<void> {
  if (await kube.get(Secret, name, namespace)) return;
  const authority = createAuthority(name, now);
  const profile = { commonName: name, dnsNames: [`${name}.${namespace}.svc`], usages: ["server" as const] };
  const { certificate, key } = issue(profile, authority, now);
  const files = {
    token: randomBytes(32).toString("hex"),
    "ca.crt": authority.certificate,
    "tls.crt": certificate,
    "tls.key": key,
  };
  const data = Object.fromEntries(
    Object.entries(files).map(([file, text]) => [file, Buffer.from(text).toString("base64")]),
  );
  await kube.create<Secret>({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, data });
}

async function ensureService({ kube, name, namespace }: Serving): Promise<void> {
  await kube.apply<Service>({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: {
      selector: { "batch.kubernetes.io/job-name": name },
      ports: [{ name: "snapshot", port: servedPort, protocol: "TCP", targetPort: servedPort }],
    },
  });
}
