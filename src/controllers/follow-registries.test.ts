import { expect, test } from "vitest";
import { followRegistries, type Registries } from "./follow-registries.ts";

const image = "registry.example.com:5000/roost/release:1.34.4";
const silence = "The registry registry.example.com:5000 cannot be reached";

/** Registries that answer what `answers` says, one after the other; resolves once all of it was asked. */
async function hear(answers: (string | undefined)[], begin: (registries: Registries) => void) {
  const stop = new AbortController();
  const told: (string | undefined)[] = [];
  const asked: string[] = [];
  const registries = await new Promise<Registries>((done) => {
    const registries = followRegistries({
      ask: async (registry) => {
        asked.push(registry);
        return answers.shift();
      },
      pause: async () => {
        if (answers.length > 0) return;
        stop.abort();
        done(registries);
        throw stop.signal.reason;
      },
      onChange: () => told.push(registries.problem(image)),
      signal: stop.signal,
    });
    begin(registries);
  });
  return { told, asked, registries };
}

test("a registry that falls silent, and answers again, is told once each", async () => {
  const { told, asked } = await hear(
    [undefined, silence, silence, "in other words", "again", undefined],
    (registries) => registries.answered(image),
  );
  expect(told).toEqual([silence, undefined]);
  expect(new Set(asked)).toEqual(new Set(["registry.example.com:5000"]));
});

test("one answer that stays out says nothing", async () => {
  const { told } = await hear([silence, undefined, silence, undefined], (registries) => registries.answered(image));
  expect(told).toEqual([]);
});

test("that a registry answers takes nothing back of what could not be read of it: only reading it does", async () => {
  const { told, registries } = await hear([undefined, undefined], (each) => {
    each.answered(image);
    each.silent(image, silence);
  });
  expect(told).toEqual([silence]);
  registries.answered(image);
  expect(told).toEqual([silence, undefined]);
});

test("what could not be read of a registry is tried again by all, every few minutes", async () => {
  const { told } = await hear(Array(33).fill(undefined), (registries) => registries.silent(image, silence));
  expect(told).toEqual([silence, silence]);
});

test("a registry that was found silent is asked until it answers, though it was never followed before", async () => {
  const { told } = await hear([silence, silence, undefined], (registries) => registries.silent(image, silence));
  expect(told).toEqual([undefined]);
});
