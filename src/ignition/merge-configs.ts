import { type IgnitionConfig, type IgnitionUnit, type IgnitionUser, ignitionVersion } from "./config.ts";

/**
 * One configuration of several, in order: a later file, directory or link takes the place of an earlier one of the
 * same path, a later unit is laid over the earlier one of the same name, a later user adds keys to the earlier one.
 */
export function mergeConfigs(configs: readonly IgnitionConfig[]): IgnitionConfig {
  const users = byKey(
    configs.flatMap((config) => config.passwd?.users ?? []),
    (user) => user.name,
    laidOverUser,
  );
  const groups = byKey(
    configs.flatMap((config) => config.passwd?.groups ?? []),
    (group) => group.name,
  );
  const files = byKey(
    configs.flatMap((config) => config.storage?.files ?? []),
    (file) => file.path,
  );
  const directories = byKey(
    configs.flatMap((config) => config.storage?.directories ?? []),
    (each) => each.path,
  );
  const links = byKey(
    configs.flatMap((config) => config.storage?.links ?? []),
    (link) => link.path,
  );
  const units = byKey(
    configs.flatMap((config) => config.systemd?.units ?? []),
    (unit) => unit.name,
    laidOverUnit,
  );
  const storage = nonEmpty({ files, directories, links });
  const passwd = nonEmpty({ users, groups });
  return {
    ignition: { version: ignitionVersion },
    ...(passwd ? { passwd } : {}),
    ...(storage ? { storage } : {}),
    ...(units.length > 0 ? { systemd: { units } } : {}),
  };
}

function byKey<T>(items: T[], keyOf: (item: T) => string, lay: (below: T, above: T) => T = (_, above) => above): T[] {
  const merged = new Map<string, T>();
  for (const item of items) {
    const below = merged.get(keyOf(item));
    merged.set(keyOf(item), below === undefined ? item : lay(below, item));
  }
  return [...merged.values()];
}

function laidOverUnit(below: IgnitionUnit, above: IgnitionUnit): IgnitionUnit {
  const dropins = byKey([...(below.dropins ?? []), ...(above.dropins ?? [])], (dropin) => dropin.name);
  return { ...below, ...above, ...(dropins.length > 0 ? { dropins } : {}) };
}

function laidOverUser(below: IgnitionUser, above: IgnitionUser): IgnitionUser {
  const keys = [...new Set([...(below.sshAuthorizedKeys ?? []), ...(above.sshAuthorizedKeys ?? [])])];
  return { ...below, ...above, ...(keys.length > 0 ? { sshAuthorizedKeys: keys } : {}) };
}

function nonEmpty<T extends Record<string, unknown[]>>(lists: T): Partial<T> | undefined {
  const kept = Object.entries(lists).filter(([, list]) => list.length > 0);
  return kept.length > 0 ? (Object.fromEntries(kept) as Partial<T>) : undefined;
}
