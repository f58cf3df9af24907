import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { isTrue } from "../kube/conditions.ts";
import { CustomResourceDefinition } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";
import { waitFor } from "../kube/wait-for.ts";
import { root } from "./programs.ts";

/** Installs the CRDs of folders of the checkout (all of ours where none is named), and waits until they are served. */
export async function installCrds(kube: Kube, ...folders: string[]): Promise<void> {
  if (folders.length === 0) folders = ["manifests/crds"];
  const crds = (await Promise.all(folders.map(readManifests))).flat();
  await Promise.all(
    crds.map(async (crd) => {
      await kube.apply(crd);
      const name = crd.metadata?.name ?? "";
      await waitFor(kube, CustomResourceDefinition, name, isEstablished, { what: "be established" });
    }),
  );
}

const isEstablished = (crd: CustomResourceDefinition) =>
  isTrue(crd.status?.conditions as { type: string; status: string }[] | undefined, "Established");

async function readManifests(folder: string): Promise<CustomResourceDefinition[]> {
  const path = join(root, folder);
  const files = (await readdir(path)).filter((name) => name.endsWith(".yaml")).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(path, name), "utf8")));
  return texts.flatMap((text) =>
    parseAllDocuments(text).map((document) => document.toJS() as CustomResourceDefinition),
  );
}
