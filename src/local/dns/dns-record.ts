/** An address record, written as `name address`. */
export type DnsRecord = `${string} ${string}`;

/** The parts of a record. */
export function partsOf(record: DnsRecord): { name: string; address: string } {
  const [name = "", address = ""] = record.split(" ");
  return { name, address };
}
