import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createAuthority, issue } from "../pki/certificate.ts";
import { execInPod, frameIn } from "./exec-in-pod.ts";

function frame(opcode: number, content: Buffer, isLast = true): Buffer {
  const { length } = content;
  const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 255] : undefined;
  const long = Buffer.alloc(9);
  long[0] = 127;
  long.writeBigUInt64BE(BigInt(length), 1);
  return Buffer.concat([Buffer.from([(isLast ? 0x80 : 0) | opcode]), size ? Buffer.from(size) : long, content]);
}

test.each([0, 1, 125, 126, 65_535, 65_536])("a frame of %i bytes is read once it is all there", (size) => {
  const content = Buffer.alloc(size, 7);
  const whole = frame(2, content);
  const found = frameIn(Buffer.concat([whole, Buffer.from("more")]));
  expect(found).toMatchObject({ length: whole.length, opcode: 2, isLast: true });
  expect(found?.content.equals(content)).toBe(true);
  for (const end of [0, 1, 2, whole.length - 1]) {
    if (end < whole.length) expect(frameIn(whole.subarray(0, end)), `${end} bytes`).toBeUndefined();
  }
});

test("a part of a message is told from its end", () => {
  expect(frameIn(frame(2, Buffer.from("a"), false))?.isLast).toBe(false);
  expect(frameIn(frame(8, Buffer.alloc(0)))).toMatchObject({ opcode: 8, isLast: true });
});

test("a command that never ends is cut when its time is over", async () => {
  const authority = createAuthority("test", new Date());
  const { certificate: cert, key } = issue(
    { commonName: "s", dnsNames: ["localhost"], usages: ["server"] },
    authority,
    new Date(),
  );
  const server = createServer({ cert, key });
  onTestFinished(() => void server.close());
  const upgraded = new Promise<Socket>((resolve) => {
    server.on("upgrade", (_, socket: Socket) => {
      socket.on("error", () => {});
      socket.resume().write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      resolve(socket);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const connection = { server: `https://localhost:${port}`, ca: authority.certificate, credentials: () => ({}) };
  const over = new AbortController();
  const ending = expect(
    execInPod(connection, { namespace: "n", pod: "p", container: "c", command: ["echo"], signal: over.signal }),
  ).rejects.toThrow("aborted");
  const socket = await upgraded;
  const closed = new Promise((resolve) => socket.on("close", resolve));
  // What the server sent is read a few turns later, and nothing tells of that.
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  over.abort();
  await Promise.all([ending, closed]);
});
