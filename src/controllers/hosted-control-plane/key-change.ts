import type { ControlPlane, EncryptionKey } from "../../control-plane/control-plane.ts";

type Encryption = NonNullable<ControlPlane["encryption"]>;

/** The keys of a configuration that is there already, in the order of its file; `plain` where nothing is encrypted yet. */
export interface PresentKeys {
  keys: EncryptionKey[];
  plain: boolean;
}

/** Reads the text of an EncryptionConfiguration as `encryption` renders it. */
export function presentKeys(text: string | undefined): PresentKeys | undefined {
  if (!text) return undefined;
  const { resources } = JSON.parse(text) as { resources: { providers: Provider[] }[] };
  const providers = resources[0]?.providers ?? [];
  return {
    keys: providers.flatMap(({ aescbc }) => aescbc?.keys ?? []),
    plain: providers[0]?.aescbc === undefined,
  };
}

interface Provider {
  aescbc?: { keys: EncryptionKey[] };
}

/**
 * A change of the key that Secrets are encrypted with: what every API server has to be able to read before the first
 * of them writes with the new key, and what comes after that. Nothing before where no step is needed: the key stays,
 * or no API server has run yet. A key that something may still be encrypted with goes on being read, named or not.
 */
export function keyChange(
  { active, backup, former: aliases = [] }: Encryption,
  present: PresentKeys | undefined,
  started: boolean,
): { before?: Encryption; after: Encryption } {
  const named = [active, ...(backup ? [backup] : [])];
  const former = [...(present?.keys ?? []), ...aliases].filter(
    ({ name }, i, all) => !named.some((key) => key.name === name) && all.findIndex((key) => key.name === name) === i,
  );
  const after: Encryption = { active, ...(backup && { backup }), ...(former.length > 0 && { former }) };
  if (!started) return { after };
  const writesWith = present && !present.plain ? present.keys[0] : "nothing";
  if (typeof writesWith === "object" && writesWith.name === active.name) return { after };
  return { before: { ...after, writesWith: writesWith ?? "nothing" }, after };
}
