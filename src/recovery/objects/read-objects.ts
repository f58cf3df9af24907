import { lacking } from "../backup/lacking.ts";
import type { Recorded } from "../backup/recorded.ts";
import { type FindPartOptions, findPart } from "../find-part.ts";
import { type Manifest, objectsKey } from "../manifest.ts";
import { summed } from "../put-part.ts";
import { readAll } from "../read-all.ts";
import { Refused } from "./refused.ts";

/** What a backup says of itself, and its objects, as they were stored and whole. */
export async function readObjects(options: FindPartOptions): Promise<{ manifest: Manifest; objects: Recorded[] }> {
  const { store, path, identities, signal } = options;
  const found = await findPart(options, ["objects", objectsKey]);
  if ("problem" in found) throw new Refused(found.problem);
  const { manifest, part } = found;
  const key = `${path}/${part.key}`;
  const sum = summed();
  const stored = sum.through(await store.get(key, { signal }));
  const plain = part.encrypted
    ? await (await import("../store/decrypt.ts")).decrypt(stored, { key, identities, bytes: part.bytes })
    : stored;
  const text = (await readAll(plain)).toString();
  if (sum.result().sha256 !== part.sha256) {
    throw new Refused(`Cannot restore from ${path}: ${key} is not what was stored; restore from another backup`);
  }
  const objects = JSON.parse(text) as Recorded[];
  const problems = lacking(objects);
  if (problems.length > 0) throw new Refused(`Cannot restore from ${path}: ${problems.join("; ")}`);
  return { manifest, objects };
}
