// Writes what is generated: manifests/crds from src/api/schema, docs/reference from src/cli. Same sources, same files,
// byte for byte. With --check nothing is written, and the exit status says whether everything is up to date.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { customResourceDefinition } from "../src/api/schema/custom-resource-definition.ts";
import { definitions } from "../src/api/schema/definitions.ts";
import { cliReference } from "./generate-cli-reference.ts";

const root = join(import.meta.dirname, "..");
const header = "# Written by `npm run generate` from src/api/schema: change that instead.\n";

/** Each folder holds these files and no others. */
const folders: Record<string, Map<string, string>> = {
  "manifests/crds": new Map(
    definitions.map(customResourceDefinition).map((crd) => {
      const text = stringify(JSON.parse(JSON.stringify(crd)), { lineWidth: 120, aliasDuplicateObjects: false });
      return [`${crd.metadata?.name}.yaml`, header + text];
    }),
  ),
  "docs/reference": new Map([["cli.md", await cliReference()]]),
};

for (const [name, files] of Object.entries(folders)) {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  const present = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
  const stale = [...new Set([...files.keys(), ...present.keys()])].filter(
    (file) => files.get(file) !== present.get(file),
  );
  if (process.argv.includes("--check")) {
    for (const file of stale) console.error(`${name}/${file} is not up to date: run npm run generate`);
    if (stale.length > 0) process.exitCode = 1;
    continue;
  }
  for (const file of stale) {
    const text = files.get(file);
    if (text === undefined) rmSync(join(folder, file));
    else writeFileSync(join(folder, file), text);
  }
  console.log(`${name}: ${files.size} files, ${stale.length} changed`);
}
