import { readFile } from "node:fs/promises";
import { updateKeyName } from "../services-machine/dns.ts";
import type { KeepRecordsOptions } from "./keep-records.ts";
import { sendUpdate } from "./send-update.ts";

/** What has the environment's DNS server change records of its zone, signed with the key in that file. */
export async function dnsUpdater({
  server,
  zone,
  keyFile,
  signal,
}: {
  server: string;
  zone: string;
  keyFile: string;
  signal: AbortSignal;
}): Promise<KeepRecordsOptions["update"]> {
  const key = { name: updateKeyName, secret: (await readFile(keyFile, "utf8")).trim() };
  return (change) => sendUpdate({ server, signal }, { zone, key, ...change });
}
