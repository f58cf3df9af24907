import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";

/** The CustomResourceDefinitions that Cluster API's core manager needs here, by their files in its source. */
const names = [
  // Nothing of ours uses these two, but the manager ends after two minutes without them.
  "addons.cluster.x-k8s.io_clusterresourcesetbindings",
  "addons.cluster.x-k8s.io_clusterresourcesets",
  "cluster.x-k8s.io_clusters",
  "cluster.x-k8s.io_machinedeployments",
  "cluster.x-k8s.io_machinedrainrules",
  "cluster.x-k8s.io_machinehealthchecks",
  "cluster.x-k8s.io_machines",
  "cluster.x-k8s.io_machinesets",
];

/** One definition as a file: `<plural>.<group>.yaml`. */
export interface DefinitionFile {
  name: string;
  text: string;
}

/**
 * Cluster API's definitions as Roost installs them: only the stored version, because nothing of ours asks for another,
 * and with the labels by which the manager finds the version of a contract. `folder` has the files of its source.
 */
export async function clusterApiDefinitions(folder: string): Promise<DefinitionFile[]> {
  return Promise.all(
    names.map(async (name) => {
      const definition = parse(await readFile(join(folder, `${name}.yaml`), "utf8"));
      definition.spec.versions = definition.spec.versions.filter(({ storage }: { storage: boolean }) => storage);
      definition.metadata.labels = {
        "cluster.x-k8s.io/provider": "cluster-api",
        "cluster.x-k8s.io/v1beta2": "v1beta2",
      };
      const [group, plural] = name.split("_");
      return { name: `${plural}.${group}.yaml`, text: stringify(definition, { lineWidth: 0 }) };
    }),
  );
}
