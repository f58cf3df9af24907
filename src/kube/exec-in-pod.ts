import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import type { Socket } from "node:net";
import { addAbortSignal } from "node:stream";
import type { Connection } from "./connection.ts";

/** A container of a pod, and what to run in it. */
export interface ExecCall {
  namespace: string;
  pod: string;
  container: string;
  command: string[];
  signal: AbortSignal;
}

/** How a command in a pod ended. */
export interface ExecEnded {
  status: number;
  stdout: string;
  stderr: string;
}

/** More is not read: whoever runs in the pod decides how much it prints. */
const mostBytes = 1024 * 1024;

/**
 * Runs a command in a pod, as `kubectl exec` does, and resolves however it ends. Over a WebSocket, of which this needs
 * so little that a library for it would be larger than all of it.
 */
export async function execInPod(connection: Connection, call: ExecCall): Promise<ExecEnded> {
  const { socket, head } = await upgrade(connection, call);
  const output: Record<number, Buffer[]> = { 1: [], 2: [], 3: [] };
  let read = 0;
  try {
    // What was upgraded is no request any more, which its signal would end.
    call.signal.throwIfAborted();
    addAbortSignal(call.signal, socket);
    for await (const message of messages(socket, head)) {
      read += message.length;
      if (read > mostBytes) throw new Error(`a command in ${call.pod} printed more than ${mostBytes} bytes`);
      output[message[0] ?? 0]?.push(message.subarray(1));
      if (message[0] === channels.status) return endedWith(output);
    }
  } finally {
    socket.destroy();
  }
  throw new Error(`the connection to ${call.pod} was cut before the command ended`);
}

/** What the first byte of a message says of the rest of it. */
const channels = { stdout: 1, stderr: 2, status: 3 };

interface Ending {
  status?: string;
  message?: string;
  details?: { causes?: { reason?: string; message?: string }[] };
}

function endedWith(output: Record<number, Buffer[]>): ExecEnded {
  const textOf = (channel: number) => Buffer.concat(output[channel] ?? []).toString();
  const ending = JSON.parse(textOf(channels.status)) as Ending;
  const code = ending.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (ending.status !== "Success" && code === undefined) throw new Error(ending.message ?? "the command did not run");
  return { status: Number(code ?? 0), stdout: textOf(channels.stdout), stderr: textOf(channels.stderr) };
}

async function upgrade(connection: Connection, call: ExecCall): Promise<{ socket: Socket; head: Buffer }> {
  const { namespace, pod, container, command, signal } = call;
  const { authorization, certificate, key } = await connection.credentials();
  const server = new URL(connection.server);
  const query = new URLSearchParams([
    ["container", container],
    ["stdout", "true"],
    ["stderr", "true"],
    ...command.map((word): [string, string] => ["command", word]),
  ]);
  return new Promise((resolve, reject) => {
    const asked = request({
      host: server.hostname.replace(/^\[|\]$/g, ""),
      port: server.port || 443,
      path: `${server.pathname.replace(/\/$/, "")}/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query}`,
      agent: false,
      ca: connection.ca,
      cert: certificate,
      key,
      servername: connection.serverName,
      rejectUnauthorized: !connection.insecure,
      signal,
      headers: {
        ...(authorization && { authorization }),
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": randomBytes(16).toString("base64"),
        "sec-websocket-protocol": "v5.channel.k8s.io",
      },
    });
    asked.on("upgrade", (_: IncomingMessage, socket: Socket, head: Buffer) => resolve({ socket, head }));
    asked.on("response", (answer) => {
      answer.resume();
      reject(new Error(`a command in ${pod} is refused with status ${answer.statusCode}`));
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** The messages that come; those of the protocol itself are left out. Ends where the server closes. */
async function* messages(socket: Socket, head: Buffer): AsyncGenerator<Buffer> {
  let buffer = head;
  let parts: Buffer[] = [];
  for await (const chunk of continued(socket)) {
    buffer = Buffer.concat([buffer, chunk]);
    for (let frame = frameIn(buffer); frame; frame = frameIn(buffer)) {
      buffer = buffer.subarray(frame.length);
      if (frame.opcode === opcodes.close) return;
      if (frame.opcode > opcodes.close) continue;
      parts.push(frame.content);
      if (!frame.isLast) continue;
      yield Buffer.concat(parts);
      parts = [];
    }
  }
}

/** What came with the answer is looked at before anything else comes. */
async function* continued(socket: Socket): AsyncGenerator<Buffer> {
  yield Buffer.alloc(0);
  for await (const chunk of socket) yield chunk as Buffer;
}

/** Those above `close` are the protocol's own. */
const opcodes = { close: 8 };

interface Frame {
  /** Of all of it. */
  length: number;
  opcode: number;
  isLast: boolean;
  content: Buffer;
}

/** The frame at the beginning of the buffer, or nothing where it is not all there yet. A server masks nothing. */
export function frameIn(buffer: Buffer): Frame | undefined {
  if (buffer.length < 2) return undefined;
  const [first = 0, second = 0] = buffer;
  const short = second & 0x7f;
  const begin = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (buffer.length < begin) return undefined;
  const size = short === 127 ? Number(buffer.readBigUInt64BE(2)) : short === 126 ? buffer.readUInt16BE(2) : short;
  const length = begin + size;
  if (buffer.length < length) return undefined;
  return { length, opcode: first & 0x0f, isLast: first >= 0x80, content: buffer.subarray(begin, length) };
}
