import { expect, test } from "vitest";
import { parseImageReference, versionOf } from "./image-reference.ts";

const digest = `sha256:${"0".repeat(64)}`;

test("a pull spec is read with tag, digest, both or none", () => {
  expect(parseImageReference("localhost:5000/a/b:1.2")).toEqual({
    registry: "localhost:5000",
    repository: "a/b",
    tag: "1.2",
  });
  expect(parseImageReference(`r.example/a@${digest}`)).toEqual({ registry: "r.example", repository: "a", digest });
  expect(versionOf(parseImageReference(`r.example/a:1@${digest}`))).toBe(digest);
  expect(versionOf(parseImageReference("r.example/a"))).toBe("latest");
});

test.each(["", "alpine", "library/alpine:3", "r.example/A", "r.example/a@sha256:12", "https://r.example/a"])(
  "%j is refused with what to write",
  (image) => expect(() => parseImageReference(image)).toThrow("write registry/repository:tag"),
);
