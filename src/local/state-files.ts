import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CertificateProfile, createAuthority, issue, type KeyPair, reasonToReissue } from "../pki/certificate.ts";

/** The keys and settings of an environment that are made once and kept in a folder of the checkout. */
export interface StateFiles {
  folder: string;
  /** The text of a file, or nothing where there is none. */
  read(name: string): Promise<string | undefined>;
  /** Writes a file that only its owner may read, in one go. Returns its path. */
  write(name: string, text: string): Promise<string>;
  /** The text of the file, made by `make` where there is none. */
  once(name: string, make: () => string): Promise<string>;
  /** A certificate authority, `<name>.crt` and `<name>.key`, made where there is none. */
  authority(name: string, commonName: string): Promise<KeyPair>;
  /** A certificate, made where there is none that fits. */
  certificate(name: string, profile: CertificateProfile, authority: KeyPair): Promise<KeyPair>;
}

export function stateFiles(folder: string, now: () => Date): StateFiles {
  const read = (name: string) => readFile(join(folder, name), "utf8").catch(ignoreMissing);
  const write = async (name: string, text: string) => {
    const path = join(folder, name);
    if ((await read(name)) === text) return path;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
    return path;
  };
  const readPair = async (name: string) => ({ certificate: await read(`${name}.crt`), key: await read(`${name}.key`) });
  const writePair = async (name: string, pair: KeyPair) => {
    await write(`${name}.key`, pair.key);
    await write(`${name}.crt`, pair.certificate);
    return pair;
  };
  return {
    folder,
    read,
    write,
    async once(name, make) {
      const found = await read(name);
      if (found !== undefined) return found;
      const text = make();
      await write(name, text);
      return text;
    },
    async authority(name, commonName) {
      const { certificate, key } = await readPair(name);
      return certificate && key ? { certificate, key } : writePair(name, createAuthority(commonName, now()));
    },
    async certificate(name, profile, authority) {
      const pair = await readPair(name);
      const reason = reasonToReissue(pair, profile, authority, now());
      return reason === undefined ? (pair as KeyPair) : writePair(name, issue(profile, authority, now(), pair.key));
    },
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
