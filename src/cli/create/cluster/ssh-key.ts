import { generateKeyPairSync } from "node:crypto";

/** A new RSA key: the private half as PEM, the public half as a line of authorized_keys. */
export function newSshKey(): { publicKey: string; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 4096 });
  const { n = "", e = "" } = publicKey.export({ format: "jwk" });
  const fields = [Buffer.from("ssh-rsa"), integer(Buffer.from(e, "base64url")), integer(Buffer.from(n, "base64url"))];
  const wire = Buffer.concat(fields.flatMap((field) => [length(field), field]));
  return {
    publicKey: `ssh-rsa ${wire.toString("base64")}\n`,
    privateKey: privateKey.export({ type: "pkcs1", format: "pem" }) as string,
  };
}

/** A number of SSH's wire format: positive, so with a zero before a first bit that is set (RFC 4251). */
function integer(bytes: Buffer): Buffer {
  return (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

function length(field: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(field.length);
  return bytes;
}
