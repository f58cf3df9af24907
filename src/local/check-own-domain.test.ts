import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkOwnDomain } from "./check-own-domain.ts";
import { defaultBaseDomain, environmentOf } from "./environment.ts";
import { writeSettings } from "./settings.ts";
import { stateFiles } from "./state-files.ts";

let root: string;
const named = (name?: string) => environmentOf({ root, cache: "/cache", name });
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "roost-environments-"));
});
afterAll(() => rm(root, { recursive: true }));

test("each environment of a checkout has a domain of its own", async () => {
  await checkOwnDomain(named(), defaultBaseDomain(named()));
  await writeSettings(
    stateFiles(named().state, () => new Date()),
    { baseDomain: "roost.test", clusters: [] },
  );
  await checkOwnDomain(named(), "roost.test");
  await checkOwnDomain(named("second"), defaultBaseDomain(named("second")));
  await expect(checkOwnDomain(named("second"), "roost.test")).rejects.toThrow(
    `Another environment of this checkout (${named().state}) has the base domain roost.test; choose one with --base-domain.`,
  );
});
