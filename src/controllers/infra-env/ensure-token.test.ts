import { expect, test } from "vitest";
import type { InfraEnv } from "../../api/infra-env.ts";
import { lifetimeMs, type Tokens, tokensNow } from "./ensure-token.ts";

const hour = 3_600_000;
const made = "2030-01-01T00:00:00.000Z";
const at = (hours: number) => new Date(Date.parse(made) + hours * hour);
const present: Tokens = { token: "one", former: "zero", made };

test("an InfraEnv that says nothing of lifetimes keeps its token", () => {
  const only = { token: "one", made };
  expect(tokensNow(only, undefined, at(100_000))).toBe(only);
});

test("an InfraEnv that no longer gives tokens a lifetime keeps the present one, and the former is good no more", () => {
  expect(tokensNow(present, undefined, at(1))).toEqual({ token: "one", made });
});

test("a token is replaced after its lifetime, and good until the next one is", () => {
  expect(tokensNow(present, 24 * hour, at(23))).toBe(present);
  const next = tokensNow(present, 24 * hour, at(24));
  expect(next).toEqual({ token: expect.stringMatching(/^[\w-]{43}$/), former: "one", made: at(24).toISOString() });
  expect(tokensNow(next, 24 * hour, at(48)).former).toBe(next.token);
});

test("a token that was deleted is good no more", () => {
  expect(tokensNow(undefined, 24 * hour, at(1)).former).toBeUndefined();
  expect(tokensNow({ ...present, token: "" }, undefined, at(1))).not.toHaveProperty("former");
});

test("a token of an unknown age is an old one", () => {
  expect(tokensNow({ ...present, made: "" }, 24 * hour, at(0)).former).toBe("one");
});

test("a lifetime that cannot be read is an error that names it, and not no lifetime", () => {
  const annotated = (text?: string) =>
    ({
      metadata: { annotations: text && { "agent-install.openshift.io/token-lifetime": text } },
    }) as unknown as InfraEnv;
  expect(lifetimeMs(annotated("24h"))).toBe(24 * hour);
  expect(lifetimeMs(annotated())).toBeUndefined();
  for (const text of ["1d", "0h", "24", " 24h", "1h30m"])
    expect(() => lifetimeMs(annotated(text))).toThrow(`is "${text}", which is no number of whole hours`);
});
