// Writes what is generated: manifests/crds from src/api/schema. Same sources, same files, byte for byte.
// With --check nothing is written, and the exit status says whether everything is up to date.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { customResourceDefinition } from "../src/api/schema/custom-resource-definition.ts";
import { definitions } from "../src/api/schema/definitions.ts";

const folder = join(import.meta.dirname, "..", "manifests", "crds");
const header = "# Written by `npm run generate` from src/api/schema: change that instead.\n";

const files = new Map(
  definitions.map(customResourceDefinition).map((crd) => {
    const text = stringify(JSON.parse(JSON.stringify(crd)), { lineWidth: 120, aliasDuplicateObjects: false });
    return [`${crd.metadata?.name}.yaml`, header + text];
  }),
);

mkdirSync(folder, { recursive: true });
const present = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const stale = [...new Set([...files.keys(), ...present.keys()])].filter(
  (name) => files.get(name) !== present.get(name),
);

if (process.argv.includes("--check")) {
  for (const name of stale) console.error(`manifests/crds/${name} is not up to date: run npm run generate`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const name of stale) {
    const text = files.get(name);
    if (text === undefined) rmSync(join(folder, name));
    else writeFileSync(join(folder, name), text);
  }
  console.log(`manifests/crds: ${files.size} files, ${stale.length} changed`);
}
