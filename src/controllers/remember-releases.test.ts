import { expect, test } from "vitest";
import { release } from "../release/release.ts";
import { rememberReleases } from "./remember-releases.ts";

const signal = new AbortController().signal;

function setUp() {
  const asked: string[] = [];
  let time = 0;
  const read = rememberReleases(
    async ({ image }) => {
      asked.push(image);
      if (image === "bad") throw new Error("no such image");
      return release(image, "sha256:1", { version: "1.34.4", previous: [], metadata: {}, images: {} });
    },
    () => new Date(time),
  );
  return { asked, read, later: (ms: number) => (time += ms) };
}

test("two who want the same release at once ask the registry once", async () => {
  const { asked, read } = setUp();
  await Promise.all([read({ image: "a:1", signal }), read({ image: "a:1", signal })]);
  expect(asked).toEqual(["a:1"]);
});

test("other credentials are asked for themselves, and failures again", async () => {
  const { asked, read } = setUp();
  await read({ image: "a:1", signal });
  await read({ image: "a:1", pullSecret: "{}", signal });
  await expect(read({ image: "bad", signal })).rejects.toThrow("no such image");
  await expect(read({ image: "bad", signal })).rejects.toThrow("no such image");
  expect(asked).toEqual(["a:1", "a:1", "bad", "bad"]);
});

test("a tag is looked up again after a while, a digest never", async () => {
  const { asked, read, later } = setUp();
  for (const image of ["a:1", "a@sha256:1"]) await read({ image, signal });
  later(6 * 60_000);
  for (const image of ["a:1", "a@sha256:1"]) await read({ image, signal });
  expect(asked).toEqual(["a:1", "a@sha256:1", "a:1"]);
});
