import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { updateMessage } from "./update-message.ts";

const update = {
  zone: "example.test",
  add: ["a.example.test 192.0.2.1"],
  remove: ["b.example.test 192.0.2.2"],
  key: { name: "key", secret: "c2VjcmV0" },
  id: 0x1234,
  now: new Date("2026-01-01T00:00:00Z"),
} as const;

// Read by hand from RFC 1035, 2136 and 8945; the end-to-end tests have a real server take such messages.
const unsigned = [
  "1234 2800 0001 0000 0002",
  "07 6578616d706c65 04 74657374 00 0006 0001",
  "01 62 07 6578616d706c65 04 74657374 00 0001 00fe 00000000 0004 c0000202",
  "01 61 07 6578616d706c65 04 74657374 00 0001 0001 00000005 0004 c0000201",
];
const hex = (text: string) => text.replaceAll(" ", "");
const [head = "", ...records] = unsigned.map(hex);

test("removes come before what is added, and all is of the zone", () => {
  const text = updateMessage(update).toString("hex");
  expect(text).toMatch(new RegExp(`^${head}0001${records.join("")}`));
});

test("it is signed as the RFC has it: the message as it is without a signature, then what the signature says of itself", () => {
  const time = "0000 6955b900";
  const algorithm = "0b 686d61632d736861323536 00";
  const signed = [
    ...unsigned.with(0, `${unsigned[0]} 0000`),
    "03 6b6579 00 00ff 00000000",
    algorithm,
    time,
    "012c 0000 0000",
  ];
  const secret = Buffer.from(update.key.secret, "base64");
  const mac = createHmac("sha256", secret)
    .update(Buffer.from(hex(signed.join("")), "hex"))
    .digest("hex");
  const signature = `03 6b6579 00 00fa 00ff 00000000 003d ${algorithm} ${time} 012c 0020 ${mac} 1234 0000 0000`;
  expect(updateMessage(update).toString("hex")).toBe(`${head}0001${records.join("")}${hex(signature)}`);
});
