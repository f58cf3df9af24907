import { expect, test } from "vitest";
import { mergedPullSecret } from "./merged-pull-secret.ts";

const own = JSON.stringify({ auths: { "registry.example.com": { auth: "b3duOm93bg==" } } });

test("without an addition the cluster's pull secret stays as it is", () => {
  expect(mergedPullSecret(own, undefined)).toEqual({ text: own });
});

test("registries of the addition are added, and the cluster's own entries win", () => {
  const added = JSON.stringify({
    auths: {
      "z.example.com": { auth: "YTpi" },
      "registry.example.com": { auth: "b3RoZXI6eA==" },
      "a.example.com": { username: "u", password: "p" },
    },
  });
  const { text, problem } = mergedPullSecret(own, added);
  expect(problem).toBeUndefined();
  expect(JSON.parse(text)).toEqual({
    auths: {
      "a.example.com": { username: "u", password: "p" },
      "registry.example.com": { auth: "b3duOm93bg==" },
      "z.example.com": { auth: "YTpi" },
    },
  });
});

test("the order of the addition does not change the result", () => {
  const a = { "a.example.com": { auth: "YTpi" } };
  const b = { "b.example.com": { auth: "YTpi" } };
  const one = mergedPullSecret(own, JSON.stringify({ auths: { ...a, ...b } }));
  expect(mergedPullSecret(own, JSON.stringify({ auths: { ...b, ...a } }))).toEqual(one);
});

test.each([
  ["hello", "is not JSON"],
  ["null", "names no registry"],
  ["[]", "names no registry"],
  ['{"auths":{}}', "names no registry"],
  ['{"auths":{"x.example.com":{}}}', "the entry for x.example.com has neither"],
  ['{"auths":{"x.example.com":{"auth":"bm9jb2xvbg=="}}}', "the entry for x.example.com has neither"],
  ['{"auths":{"x.example.com":null}}', "the entry for x.example.com has neither"],
])("an addition of %s is left out with a sentence", (added, problem) => {
  const merged = mergedPullSecret(own, added);
  expect(merged.text).toBe(own);
  expect(merged.problem).toContain(problem);
});
