import { components } from "../../control-plane/index.ts";
import { keysLabel } from "../../control-plane/keys.ts";
import { filesHash, readOnce } from "../../control-plane/read-once.ts";
import { type ConfigMap, type Deployment, Pod, type Secret, type StatefulSet } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import { clockSkewMs, startOf } from "../../pki/certificate.ts";
import { certificatesIn } from "../../pki/certificates-in.ts";
import { configHashAnnotation } from "../../rendering/config-hash.ts";
import { workloadsOf } from "./observe-components.ts";
import type { Pass } from "./pass.ts";

/** A workload whose programs read certificates when they start, and began before the newest of these was signed. */
export interface Outdated {
  workload: Deployment | StatefulSet;
  /** When that was signed. */
  since: Date;
  /** What its pods' annotation is to say for them to start anew. */
  hash: string;
}

/** The workloads that run with older certificates than there are, and that nothing starts anew with them so far. */
export async function outdatedWorkloads(pass: Pass): Promise<Outdated[]> {
  const [workloads, pods] = await Promise.all([workloadsOf(pass), pass.kube.list(Pod, { namespace: pass.namespace })]);
  return workloads.flatMap((workload) => outdated(workload, pods, pass) ?? []);
}

type Files = Pick<Pass, "secrets" | "configMaps" | "contents">;

/** Whether, and since when, this workload runs with older certificates than there are. */
export function outdated(
  workload: Outdated["workload"],
  pods: readonly Pod[],
  { secrets, configMaps, contents }: Files,
): Outdated | undefined {
  const name = workload.metadata?.name ?? "";
  const template = workload.spec?.template;
  const component = components.find((each) => each.name === name);
  if (!component || !template?.spec) return;
  const files = readOnce(component, template.spec);
  const hash = filesHash(files, contents);
  if (template.metadata?.annotations?.[configHashAnnotation] === hash) return;
  const times = [...textsOf("Secret", secrets, files), ...textsOf("ConfigMap", configMaps, files)]
    .flatMap((text) => certificatesIn(text))
    .map((certificate) => startOf(certificate).getTime() + clockSkewMs);
  const since = Math.max(...times);
  // Both times are of whole seconds: one that began in that second may have read what was there before.
  const isOlder = ({ metadata }: Pod) =>
    metadata?.labels?.app === name && Date.parse(metadata.creationTimestamp ?? "") <= since;
  return pods.some(isOlder) ? { workload, since: new Date(since), hash } : undefined;
}

/** What is in those of these files that hold certificates of ours. */
function textsOf(kind: "Secret" | "ConfigMap", objects: readonly (Secret | ConfigMap)[], files: readonly string[]) {
  const isOurs = ({ metadata }: Secret | ConfigMap) =>
    Object.entries(keysLabel).every(([label, value]) => metadata?.labels?.[label] === value);
  return objects.filter(isOurs).flatMap((object) => {
    const whole = `${kind}/${object.metadata?.name}`;
    return Object.entries(object.data ?? {})
      .filter(([key]) => key.endsWith(".crt") && (files.includes(whole) || files.includes(`${whole}/${key}`)))
      .map(([key, text]) => (kind === "Secret" ? (textOf(object as Secret, key) ?? "") : text));
  });
}
