import { randomInt } from "node:crypto";
import { connect } from "node:net";
import { type DnsUpdate, updateMessage } from "./update-message.ts";

const patienceMs = 5_000;
const refusals: Record<number, string> = { 5: "REFUSED", 8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE" };

/** Has a DNS server change records; rejects where it does not. */
export async function sendUpdate(
  { server, port = 53, signal }: { server: string; port?: number; signal: AbortSignal },
  update: Omit<DnsUpdate, "id" | "now">,
): Promise<void> {
  const id = randomInt(1 << 16);
  const answer = await exchange(updateMessage({ ...update, id, now: new Date() }), server, port, signal);
  const code = answer.readUInt16BE(2) & 15;
  if (answer.readUInt16BE(0) !== id || code !== 0) {
    throw new Error(
      `The DNS server ${server} does not change records of ${update.zone} (${refusals[code] ?? code}); see the log of named in the machine "services".`,
    );
  }
}

/** Sends one message over TCP, where each has its length before it, and gives the answer. */
async function exchange(message: Buffer, server: string, port: number, signal: AbortSignal): Promise<Buffer> {
  const socket = connect({ host: server, port, signal });
  socket.setTimeout(patienceMs, () => socket.destroy(new Error(`no answer in ${patienceMs / 1000} s`)));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  socket.write(Buffer.concat([length, message]));
  try {
    let received = Buffer.alloc(0);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]);
      // A header has 12 bytes, and nothing behind it is wanted.
      if (received.length >= 14) return received.subarray(2);
    }
    throw new Error("it hung up");
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error(`The DNS server ${server} gives no answer (${(cause as Error).message}); look at it.`, { cause });
  } finally {
    socket.destroy();
  }
}
