import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { CustomResourceDefinition } from "../../kube/kinds.ts";

/** Our CustomResourceDefinitions, as they are in this checkout. */
export function readCrds(root: string): CustomResourceDefinition[] {
  const path = join(root, "manifests", "crds");
  return readdirSync(path)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => parse(readFileSync(join(path, name), "utf8")) as CustomResourceDefinition);
}
