import { expect, test } from "vitest";
import { frameIn } from "./exec-in-pod.ts";

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
