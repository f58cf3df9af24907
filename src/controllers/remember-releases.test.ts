import { expect, test } from "vitest";
import { RegistryError } from "../release/registry-error.ts";
import { type Release, release } from "../release/release.ts";
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

test.each(["a:1", "a@sha256:1"])(
  "while a registry is found away, %s is tried again every few minutes, and nobody waits for it",
  async (image) => {
    let [time, answered] = [0, 0];
    let problem: string | undefined;
    const tries: { resolve: (found: Release) => void; reject: (error: Error) => void }[] = [];
    const found = release(image, "sha256:1", { version: "1.34.4", previous: [], metadata: {}, images: {} });
    const read = rememberReleases(
      () => new Promise<Release>((resolve, reject) => tries.push({ resolve, reject })),
      () => new Date(time),
      { answered: () => answered++, silent: () => {}, problem: () => problem },
    );
    const first = read({ image, signal });
    tries[0]?.resolve(found);
    await first;
    problem = "The registry cannot be reached";
    const look = async () => {
      time += 3 * 60_000;
      expect(await read({ image, signal })).toMatchObject({ version: "1.34.4", unasked: problem });
      return tries.length;
    };
    expect([await look(), await look(), await look()]).toEqual([1, 2, 2]);
    tries[1]?.reject(new RegistryError("RegistryUnreachable", "still"));
    expect([await look(), answered]).toEqual([3, 1]);
    tries[2]?.resolve({ ...found, version: "1.34.5" });
    await expect.poll(() => answered).toBe(2);
    problem = undefined;
    expect(await read({ image, signal })).toMatchObject({ version: "1.34.5" });
    expect(tries).toHaveLength(3);
  },
);

test("while a registry that is followed is away, what was read of it before is good, and says so", async () => {
  const away = new RegistryError("RegistryUnreachable", "The registry cannot be reached");
  let isAway = false;
  let problem: string | undefined;
  let time = 0;
  const asked: string[] = [];
  const read = rememberReleases(
    async ({ image }) => {
      asked.push(image);
      if (isAway) throw away;
      return release(image, "sha256:1", { version: "1.34.4", previous: [], metadata: {}, images: {} });
    },
    () => new Date(time),
    {
      answered: () => {
        problem = undefined;
      },
      silent: (_, found) => {
        problem = found;
      },
      problem: () => problem,
    },
  );
  expect((await read({ image: "a:1", signal })).unasked).toBeUndefined();
  time += 6 * 60_000;
  isAway = true;
  expect(await read({ image: "a:1", signal })).toMatchObject({ version: "1.34.4", unasked: away.message });
  expect(problem).toBe(away.message);
  expect((await read({ image: "a:1", signal })).unasked).toBe(away.message);
  expect(asked).toEqual(["a:1", "a:1"]);
  await expect(read({ image: "b:1", signal })).rejects.toThrow(away);
  isAway = false;
  problem = undefined;
  expect((await read({ image: "a:1", signal })).unasked).toBeUndefined();
  expect(asked).toEqual(["a:1", "a:1", "b:1", "a:1"]);
});
