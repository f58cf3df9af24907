import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";

/** A frame of HTTP/2, as it came. */
export interface Frame {
  type: number;
  flags: number;
  stream: number;
}

/** The types of frames: https://www.rfc-editor.org/rfc/rfc9113#section-6 */
export const frames = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7 } as const;

/** One connection of a client, answered frame by frame. */
export interface Peer {
  /** Which connection this is, from 1. */
  count: number;
  settings(mostStreams?: number): void;
  acknowledge(): void;
  /** The head of an answer: status 200. */
  head(stream: number): void;
  data(stream: number, text: string, isLast?: boolean): void;
  reset(stream: number, code: number): void;
  goaway(lastStream: number, code: number): void;
  /** Ends the connection without a word. */
  cut(): void;
}

/**
 * A server that speaks HTTP/2 as a test wants it, rules or not. `onFrame` is told of each frame that is not an
 * acknowledgement; a client's SETTINGS are its first.
 */
export async function http2Peer(
  serving: { cert: string; key: string },
  onFrame: (frame: Frame, peer: Peer) => void,
): Promise<{ url: string; close: () => void }> {
  let count = 0;
  const sockets = new Set<{ destroy: () => void }>();
  const server = createServer({ ...serving, ALPNProtocols: ["h2"] }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    const send = (type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)) => {
      const header = Buffer.alloc(9);
      header.writeUIntBE(payload.length, 0, 3);
      header[3] = type;
      header[4] = flags;
      header.writeUInt32BE(stream, 5);
      if (!socket.destroyed) socket.write(Buffer.concat([header, payload]));
    };
    const peer: Peer = {
      count: ++count,
      settings: (mostStreams) => send(frames.settings, 0, 0, mostStreams ? setting(3, mostStreams) : undefined),
      acknowledge: () => send(frames.settings, 1, 0),
      // The one byte is ":status: 200" of HPACK's static table.
      head: (stream) => send(frames.headers, 4, stream, Buffer.from([0x88])),
      data: (stream, text, isLast = false) => send(frames.data, isLast ? 1 : 0, stream, Buffer.from(text)),
      reset: (stream, code) => send(frames.reset, 0, stream, numbers(code)),
      goaway: (lastStream, code) => send(frames.goaway, 0, 0, numbers(lastStream, code)),
      cut: () => socket.destroy(),
    };
    const isAcknowledgement = ({ type, flags }: Frame) =>
      (type === frames.settings || type === frames.ping) && (flags & 1) === 1;
    let rest = Buffer.alloc(0);
    let isBegun = false;
    socket.on("data", (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      if (!isBegun && rest.length < preface.length) return;
      if (!isBegun) rest = rest.subarray(preface.length);
      isBegun = true;
      while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
        const frame = { type: rest[3] ?? 0, flags: rest[4] ?? 0, stream: rest.readUInt32BE(5) };
        rest = rest.subarray(9 + rest.readUIntBE(0, 3));
        if (!isAcknowledgement(frame)) onFrame(frame, peer);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

function setting(id: number, value: number): Buffer {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(id, 0);
  payload.writeUInt32BE(value, 2);
  return payload;
}

function numbers(...values: number[]): Buffer {
  const payload = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) payload.writeUInt32BE(value, 4 * index);
  return payload;
}
