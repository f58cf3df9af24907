import { parse } from "yaml";
import type { HostedCluster } from "../../../api/hosted-cluster.ts";
import type { InputFile } from "../../arg.ts";
import { UsageError } from "../../usage-error.ts";

type Spec = HostedCluster["spec"];

/** Reads `--toleration key=k,operator=Equal,value=v,effect=NoSchedule`. */
export function tolerations(texts: readonly string[]): NonNullable<Spec["tolerations"]> {
  return texts.map((text) => {
    const pairs = text.split(",").map((part) => part.split("=") as [string, string | undefined]);
    const wrong = pairs.find(
      ([key, value]) =>
        value === undefined || !["key", "operator", "value", "effect", "tolerationSeconds"].includes(key),
    );
    if (wrong) {
      throw new UsageError(
        `--toleration "${text}" is not of the form key=k,operator=Exists|Equal,value=v,effect=NoSchedule`,
      );
    }
    const fields = Object.fromEntries(pairs) as Record<string, string>;
    const { tolerationSeconds, ...rest } = fields;
    if (tolerationSeconds === undefined) return rest;
    if (!/^\d+$/.test(tolerationSeconds)) {
      throw new UsageError(`--toleration "${text}": tolerationSeconds is not a whole number`);
    }
    return { ...rest, tolerationSeconds: Number(tolerationSeconds) };
  });
}

/** Reads the file of `--image-content-sources`. */
export function imageSources({ path, text }: InputFile): NonNullable<Spec["imageContentSources"]> {
  const bad = (why: string) => new UsageError(`--image-content-sources: ${path} ${why}`);
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw bad(`is not YAML: ${(error as Error).message.split("\n")[0]}`);
  }
  const list = Array.isArray(content) ? content : undefined;
  if (
    !list?.every(
      (each) => typeof each?.source === "string" && (each.mirrors === undefined || Array.isArray(each.mirrors)),
    )
  ) {
    throw bad("is not a list of entries with source and mirrors");
  }
  return list as NonNullable<Spec["imageContentSources"]>;
}

/** Refuses a pull secret that no registry would understand, before anything is made. */
export function checkPullSecret({ path, text }: InputFile): void {
  let content: { auths?: unknown };
  try {
    content = JSON.parse(text) as { auths?: unknown };
  } catch {
    throw new UsageError(`--pull-secret: ${path} is not JSON`);
  }
  const isMap = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap(content) || !isMap(content.auths)) {
    throw new UsageError(
      `--pull-secret: ${path} has no "auths" with a login for each registry: it must be a dockerconfigjson such as ~/.docker/config.json`,
    );
  }
  const wrong = Object.entries(content.auths as object).find(([, login]) => !isMap(login));
  if (wrong) {
    throw new UsageError(
      `--pull-secret: the entry for ${wrong[0]} in ${path} is no login: write {"auth": "..."}, as "docker login" does`,
    );
  }
}

/** Refuses a public key that sshd would not. */
export function checkSshKey({ path, text }: InputFile): void {
  if (text.includes("PRIVATE KEY")) {
    throw new UsageError(`--ssh-key: ${path} is a private key: name the public one (${path}.pub)`);
  }
  if (!/^(ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/=]+/m.test(text)) {
    throw new UsageError(`--ssh-key: ${path} is not a public SSH key`);
  }
}

/** Refuses a file without certificates. */
export function checkTrustBundle({ path, text }: InputFile): void {
  if (!text.includes("-----BEGIN CERTIFICATE-----")) {
    throw new UsageError(`--additional-trust-bundle: ${path} holds no certificate in PEM`);
  }
}
