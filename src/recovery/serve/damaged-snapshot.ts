/** What lies in the store is not what was stored; trying again does not help. */
export class DamagedSnapshot extends Error {
  constructor(key: string, { found, wanted }: { found: string; wanted?: string }) {
    super(
      `Cannot restore from ${key}: it was changed: its SHA-256 is ${found}, and ${wanted} was stored; restore from another backup`,
    );
  }
}
