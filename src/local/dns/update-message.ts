import { createHmac } from "node:crypto";
import { type DnsRecord, partsOf } from "./dns-record.ts";

export interface DnsUpdate {
  zone: string;
  add: readonly DnsRecord[];
  remove: readonly DnsRecord[];
  /** What the message is signed with; the secret in Base64. */
  key: { name: string; secret: string };
  /** Names the message; its answer has it, too. */
  id: number;
  now: Date;
}

const types = { A: 1, SOA: 6, TSIG: 250 };
const classes = { IN: 1, NONE: 254, ANY: 255 };
const algorithm = "hmac-sha256";
/** Seconds for which a record may be remembered, and by which clocks may differ. */
const ttl = 5;
const fudge = 300;

/**
 * A message that adds and removes address records (RFC 2136), signed (RFC 8945). What is there already is not added
 * twice, and what is not there any more is no error.
 */
export function updateMessage({ zone, add, remove, key, id, now }: DnsUpdate): Buffer {
  const updates = [
    ...remove.map((record) => addressRecord(record, classes.NONE, 0)),
    ...add.map((record) => addressRecord(record, classes.IN, ttl)),
  ];
  const body = Buffer.concat([nameOf(zone), numbers(types.SOA, classes.IN), ...updates]);
  const header = (additional: number) => numbers(id, opcode, 1, 0, updates.length, additional);
  const time = Buffer.alloc(6);
  time.writeUIntBE(Math.floor(now.getTime() / 1000), 0, 6);
  const signature = createHmac("sha256", Buffer.from(key.secret, "base64"))
    .update(Buffer.concat([header(0), body, nameOf(key.name), numbers(classes.ANY, 0, 0)]))
    .update(Buffer.concat([nameOf(algorithm), time, numbers(fudge, 0, 0)]))
    .digest();
  const data = Buffer.concat([
    nameOf(algorithm),
    time,
    numbers(fudge, signature.length),
    signature,
    // As this message was first called, no error, nothing else.
    numbers(id, 0, 0),
  ]);
  return Buffer.concat([header(1), body, record(key.name, types.TSIG, classes.ANY, 0, data)]);
}

/** "Update", which stands in the upper bits. */
const opcode = 5 << 11;

function addressRecord(each: DnsRecord, recordClass: number, seconds: number): Buffer {
  const { name, address } = partsOf(each);
  return record(name, types.A, recordClass, seconds, Buffer.from(address.split(".").map(Number)));
}

function record(name: string, type: number, recordClass: number, seconds: number, data: Buffer): Buffer {
  return Buffer.concat([nameOf(name), numbers(type, recordClass, 0, seconds, data.length), data]);
}

/** A name as labels, each with its length before it. */
function nameOf(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.from(label, "ascii"));
  return Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)]);
}

/** Numbers of 16 bits. */
function numbers(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) buffer.writeUInt16BE(value, index * 2);
  return buffer;
}
