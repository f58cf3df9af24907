import { expect, test } from "vitest";
import { root } from "../testing/programs.ts";
import { roostBundle } from "./roost-bundle.ts";

test("no program loads the AWS SDK or age before it works on a bucket or on what is encrypted", async () => {
  const bundle = await roostBundle(root);
  const loadedAtOnce = (name: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(name)) return seen;
    seen.add(name);
    // What is imported when it is wanted has a bracket behind `import`.
    for (const [, other = ""] of (bundle[name] ?? "").matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) {
      loadedAtOnce(other, seen);
    }
    return seen;
  };
  const holds = (text: string) => (name: string) =>
    [...loadedAtOnce(name)].some((each) => (bundle[each] ?? "").includes(text));
  const withSdk = Object.keys(bundle).filter(holds("ListMultipartUploadsResult"));
  expect(withSdk).not.toEqual([]);
  const programs = Object.keys(bundle).filter((name) => /^(main|run-)/.test(name));
  expect(programs.length).toBeGreaterThan(5);
  expect(programs.filter(holds("ListMultipartUploads"))).toEqual([]);
  expect(programs.filter(holds("age-encryption.org/v1"))).toEqual([]);
});
