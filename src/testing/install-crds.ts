import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { isTrue } from "../kube/conditions.ts";
import { CustomResourceDefinition } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";
import { pause } from "../kube/pause.ts";
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
      await untilServed(kube, crd);
    }),
  );
}

const isEstablished = (crd: CustomResourceDefinition) =>
  isTrue(crd.status?.conditions as { type: string; status: string }[] | undefined, "Established");

/** A busy server establishes a definition a moment before it says that it serves the kind. */
async function untilServed(kube: Kube, { spec }: CustomResourceDefinition): Promise<void> {
  const { group, names, versions } = spec as { group: string; names: { kind: string }; versions: Version[] };
  const deadline = Date.now() + 30_000;
  for (const { name } of versions.filter(({ served }) => served)) {
    while (!(await kube.kindOf(`${group}/${name}`, names.kind))) {
      if (Date.now() > deadline) throw new Error(`${names.kind} of ${group}/${name} is not served after 30 s`);
      await pause(50);
    }
  }
}

interface Version {
  name: string;
  served: boolean;
}

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
