import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { isTrue } from "../kube/conditions.ts";
import { CustomResourceDefinition } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";
import { waitFor } from "../kube/wait-for.ts";
import { clusterApiDefinitions } from "../release/cluster-api-definitions.ts";
import { root, sharedFolder } from "./programs.ts";

/** Installs our CRDs, and with `clusterApi` those of Cluster API, and waits until they are served. */
export async function installCrds(kube: Kube, options: { clusterApi?: boolean } = {}): Promise<void> {
  const crds = [...(await ourCrds()), ...(options.clusterApi ? await clusterApiCrds() : [])];
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

async function ourCrds(): Promise<CustomResourceDefinition[]> {
  const folder = join(root, "manifests", "crds");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  return texts.map((text) => parse(text) as CustomResourceDefinition);
}

async function clusterApiCrds(): Promise<CustomResourceDefinition[]> {
  const definitions = await clusterApiDefinitions(await sharedFolder("1.34", "cluster-api/crds"));
  return definitions.map(({ text }) => parse(text) as CustomResourceDefinition);
}
