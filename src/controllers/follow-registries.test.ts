import { expect, test } from "vitest";
import { followRegistries, type Registries } from "./follow-registries.ts";

const image = "registry.example.com:5000/roost/release:1.34.4";
const silence = "The registry registry.example.com:5000 cannot be reached";

/** Registries that answer what `answers` says, one after the other; resolves once all of it was asked. */
async function hear(answers: (string | undefined)[], begin: (registries: Registries) => void) {
  const stop = new AbortController();
  const told: (string | undefined)[] = [];
  const asked: string[] = [];
  await new Promise<void>((done) => {
    const registries = followRegistries({
      ask: async (registry) => {
        asked.push(registry);
        return answers.shift();
      },
      pause: async () => {
        if (answers.length > 0) return;
        stop.abort();
        done();
        throw stop.signal.reason;
      },
      onChange: () => told.push(registries.problem(image)),
      signal: stop.signal,
    });
    begin(registries);
  });
  return { told, asked };
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

test("a registry that was found silent is asked until it answers, though it was never followed before", async () => {
  const { told } = await hear([silence, silence, undefined], (registries) => registries.silent(image, silence));
  expect(told).toEqual([undefined]);
});
